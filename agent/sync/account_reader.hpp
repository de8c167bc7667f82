// What the Brevo account has of that which the configuration names: reads it, says what is lacking, and makes
// attributes when it may.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "brevo/api.hpp"
#include "config/configuration.hpp"
#include "sync/account.hpp"
#include "sync/persistence.hpp"
#include "sync/statistics.hpp"

namespace syncing {

class AccountReader {
public:
    AccountReader(const config::Connector& connector, brevo::Api& api, Persistence& persistence,
                  Statistics& statistics, std::shared_ptr<spdlog::logger> log);

    // As it was read last; contacts are written for it.
    const Account& account() const noexcept { return account_; }

    // Throws Interrupted.
    boost::asio::awaitable<void> read();

    // For a contact that Brevo refused, perhaps for a list that was deleted since: takes the missing ones
    // out. False: its lists are not to blame. Throws Interrupted.
    boost::asio::awaitable<bool> leave_out_missing(brevo::Contact& contact);

private:
    boost::asio::awaitable<void> read_attributes();
    boost::asio::awaitable<void> create_missing(AccountAttributes& attributes);
    void go_on_without(const http::ApiFailure& failure);
    boost::asio::awaitable<void> look_for(Lists lists);
    void report();

    const config::Connector& connector_;
    brevo::Api& api_;
    Persistence& persistence_;
    Statistics& statistics_;
    std::shared_ptr<spdlog::logger> log_;
    Account account_;
    bool has_read_ = false;
    std::string unread_attributes_, unread_lists_;  // why they could not be read
};

}  // namespace syncing
