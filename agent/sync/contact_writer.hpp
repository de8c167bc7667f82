// Brings Brevo to the state that a ledger describes.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "brevo/api.hpp"
#include "sync/account_reader.hpp"
#include "sync/limited_log.hpp"
#include "sync/persistence.hpp"

namespace syncing {

enum class Written {
    yes,
    gone,  // somebody deleted the contact in Brevo; only a new booking creates it again
};

class ContactWriter {
public:
    ContactWriter(brevo::Api& api, AccountReader& account, Persistence& contacts, Persistence& events,
                  Statistics& statistics, std::shared_ptr<spdlog::logger> log);

    // Upserts the contact, or only updates it unless it `may_create`. A failure is final, or
    // says that the guard withheld the call. Throws Interrupted.
    boost::asio::awaitable<http::Answer<Written>> write(brevo::Contact contact, bool may_create,
                                                        http::Guard guard);

    // Starts the automation. Failures likewise. Throws Interrupted.
    boost::asio::awaitable<http::Answer<brevo::Done>> send(brevo::Event event, http::Guard guard);

private:
    using ContactCall = boost::asio::awaitable<http::Answer<brevo::Done>> (brevo::Api::*)(brevo::Contact,
                                                                                          http::Guard);
    boost::asio::awaitable<http::Answer<brevo::Done>> call(ContactCall method, brevo::Contact& contact,
                                                           const http::Guard& guard);
    boost::asio::awaitable<bool> leave_out_refused(const http::ApiFailure& failure, brevo::Contact& contact);
    bool leave_out_attributes(const http::ApiFailure& failure, brevo::Contact& contact);

    brevo::Api& api_;
    AccountReader& account_;
    Persistence& contacts_;
    Persistence& events_;
    Statistics& statistics_;
    LimitedLog limited_log_;
};

}  // namespace syncing
