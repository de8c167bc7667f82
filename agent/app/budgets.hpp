// The rate limits of accounts. Connectors with the same account share a budget, and so do all agents.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "api/budget.hpp"
#include "redis/client.hpp"

namespace app {

class Budgets {
public:
    Budgets(boost::asio::any_io_executor executor, std::shared_ptr<redis::Servers> servers);

    // `api`: "calendly", "brevo-contacts", "brevo-events". `account`: that of the credential, which in Redis
    // is only known by its hash. Of several limits for one account the lowest counts, and of several shares
    // of history.
    std::shared_ptr<api::Budget> get(std::string_view api, const std::string& account, api::RateLimit limit,
                                     double history_share = api::default_history_share);

    // See api::Budget::hurry(): of those that there are.
    void hurry();

    // From now on nothing is shared with other agents.
    void disconnect() { client_->close(); }

private:
    boost::asio::any_io_executor executor_;
    std::shared_ptr<redis::Client> client_;
    std::map<std::string, std::shared_ptr<api::Budget>> budgets_;  // by the key of the schedule in Redis
};

}  // namespace app
