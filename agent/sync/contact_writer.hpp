// Brings Brevo to the state that a ledger describes.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/retry.hpp"
#include "brevo/api.hpp"
#include "net/limited_log.hpp"
#include "sync/brevo_account.hpp"
#include "sync/counters.hpp"

namespace syncing {

enum class Written {
    yes,
    gone,  // somebody deleted the contact in Brevo; only a new booking creates it again
};

class ContactWriter {
public:
    ContactWriter(brevo::Api& api, BrevoAccount& account, api::Retry& contacts, api::Retry& events,
                  Counters& counters, std::shared_ptr<spdlog::logger> log);

    // Upserts the contact, or only updates it unless it `may_create`. A failure is final, or
    // says that the guard withheld the call. Throws Interrupted.
    boost::asio::awaitable<api::Answer<Written>> write(brevo::Contact contact, bool may_create,
                                                       http::Guard guard);

    // Starts the automation. Failures likewise. Throws Interrupted.
    boost::asio::awaitable<api::Answer<brevo::Done>> send(brevo::Event event, http::Guard guard);

private:
    using ContactCall = boost::asio::awaitable<api::Answer<brevo::Done>> (brevo::Api::*)(brevo::Contact,
                                                                                         http::Guard);
    boost::asio::awaitable<api::Answer<brevo::Done>> call(ContactCall method, brevo::Contact& contact,
                                                          const http::Guard& guard);
    boost::asio::awaitable<bool> leave_out_refused(const api::ApiFailure& failure, brevo::Contact& contact);
    bool leave_out_attributes(const api::ApiFailure& failure, brevo::Contact& contact);

    brevo::Api& api_;
    BrevoAccount& account_;
    api::Retry& contacts_;
    api::Retry& events_;
    Counters& counters_;
    net::LimitedLog limited_log_;
};

}  // namespace syncing
