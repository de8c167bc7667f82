// What the Brevo account has of that which the configuration names: reads it, says what is lacking, and makes
// attributes when it may.
#pragma once

#include <memory>
#include <set>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/retry.hpp"
#include "brevo/api.hpp"
#include "rules/account_check.hpp"
#include "rules/mapping.hpp"

namespace syncing {

class BrevoAccount {
public:
    BrevoAccount(const rules::Mapping& mapping, bool may_create_attributes, brevo::Api& api,
                 api::Retry& retry, std::shared_ptr<spdlog::logger> log);

    // As it was read last; contacts are written for it.
    const rules::Account& account() const noexcept { return account_; }

    // Mapped attributes and configured lists that it lacks, and what to do; "": none.
    const std::string& problem() const noexcept { return problem_; }

    // Throws Interrupted.
    boost::asio::awaitable<void> read();

    // For a contact that Brevo refused, perhaps for a list that was deleted since: takes the missing ones
    // out. False: its lists are not to blame. Throws Interrupted.
    boost::asio::awaitable<bool> leave_out_missing(brevo::Contact& contact);

    // Contacts are written without values of these attributes: a problem until the account is read again.
    // Categories without an option for a value; attributes whose values Brevo refuses.
    void note_lacking(const std::set<std::string>& categories);
    void note_refused(const std::string& attribute);

private:
    boost::asio::awaitable<void> read_attributes();
    boost::asio::awaitable<void> create_missing(rules::AccountAttributes& attributes);
    void go_on_without(const api::ApiFailure& failure);
    boost::asio::awaitable<void> look_for(rules::Lists lists);
    void report();

    const rules::Mapping& mapping_;
    bool may_create_attributes_;
    brevo::Api& api_;
    api::Retry& retry_;
    std::shared_ptr<spdlog::logger> log_;
    rules::Account account_;
    std::string problem_ = "the Brevo account has not been read yet";
    bool has_read_ = false;
    std::string unread_attributes_, unread_lists_;  // why they could not be read
    rules::LeftOut left_out_;                       // since the account was read
};

}  // namespace syncing
