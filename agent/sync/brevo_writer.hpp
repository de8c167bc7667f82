// Brings Brevo to what an outcome says: the contact first, then its events.
#pragma once

#include <memory>
#include <set>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/retry.hpp"
#include "brevo/api.hpp"
#include "net/limited_log.hpp"
#include "rules/contact.hpp"
#include "rules/mapping.hpp"
#include "rules/outcome.hpp"
#include "sync/brevo_account.hpp"
#include "sync/counters.hpp"
#include "sync/leases.hpp"
#include "sync/open_work.hpp"
#include "sync/step_timer.hpp"

namespace rules {
struct Projection;
}

namespace syncing {

// The calls about contacts and those about events are limited, refused and in trouble separately.
struct BrevoRetries {
    api::Retry& contacts;
    api::Retry& events;
};

class BrevoWriter {
public:
    BrevoWriter(const rules::Mapping& mapping, brevo::Api& api, BrevoRetries retries, BrevoAccount& account,
                OpenWork& open_work, Counters& counters, std::shared_ptr<spdlog::logger> log);

    // Puts into the outcome's ledger and progress what Brevo has then, and into its timeline how that went;
    // notes on the way what Brevo may have.
    // A failure is final, or has the remedy withheld: the lease does not suffice any more. Throws
    // redis::Error, Interrupted.
    boost::asio::awaitable<api::Answer<brevo::Done>> perform(std::string person, rules::Outcome& outcome,
                                                             const Leases::Hold& hold);

private:
    enum class Written {
        yes,
        gone,  // somebody deleted the contact in Brevo; only a new booking creates it again
    };
    using ContactCall = boost::asio::awaitable<api::Answer<brevo::Done>> (brevo::Api::*)(brevo::Contact,
                                                                                         http::Guard);

    boost::asio::awaitable<api::Answer<Written>> write_contact(std::string person, rules::Outcome& outcome,
                                                               const Leases::Hold& hold);
    boost::asio::awaitable<api::Answer<Written>> join_and_leave(const brevo::Contact& wanted,
                                                                rules::Outcome& outcome,
                                                                const Leases::Hold& hold,
                                                                rules::Steps& steps);
    boost::asio::awaitable<bool> record_joining(const brevo::Contact& contact, rules::Outcome& outcome,
                                                const Leases::Hold& hold);
    void note_written(const brevo::Contact& contact, bool is_there, rules::Outcome& outcome);
    void note_refused(const std::string& person, rules::Outcome& outcome);
    boost::asio::awaitable<api::Answer<Written>> write(brevo::Contact& contact, bool may_create,
                                                       http::Guard guard, rules::Steps& steps);
    boost::asio::awaitable<api::Answer<brevo::Done>> call(ContactCall method, brevo::Contact& contact,
                                                          const http::Guard& guard, rules::Steps& steps);
    boost::asio::awaitable<api::Answer<brevo::Done>> call_timed(ContactCall method, brevo::Contact& contact,
                                                                const http::Guard& guard, StepTimer& timer);
    // Tells `timer` what is left out.
    boost::asio::awaitable<bool> leave_out(const api::ApiFailure& failure, brevo::Contact& contact,
                                           StepTimer& timer);
    boost::asio::awaitable<bool> leave_out_refused(const api::ApiFailure& failure, brevo::Contact& contact);
    bool leave_out_attributes(const api::ApiFailure& failure, brevo::Contact& contact);
    boost::asio::awaitable<api::Answer<brevo::Done>> send_events(std::string person, rules::Outcome& outcome,
                                                                 const Leases::Hold& hold);
    void note_oddity(const std::string& oddity);
    void report(const std::string& person, const rules::Projection& projection);

    const rules::Mapping& mapping_;
    brevo::Api& api_;
    BrevoRetries retries_;
    BrevoAccount& account_;
    OpenWork& open_work_;
    Counters& counters_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
    std::set<std::string> said_keys_;  // of ambiguous questions
};

}  // namespace syncing
