// The rate limits of accounts. Connectors with the same account share a budget, and so do all agents.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "api/budget.hpp"
#include "redis/client.hpp"

namespace api {
class Credential;
}

namespace app {

class Budgets {
public:
    using Whose = std::shared_ptr<const api::Credential>;

    Budgets(boost::asio::any_io_executor executor, std::shared_ptr<redis::Servers> servers);
    Budgets(const Budgets&) = delete;
    Budgets& operator=(const Budgets&) = delete;
    ~Budgets();

    // `api`: "calendly", "brevo-contacts", "brevo-events". In Redis the account is only known by its hash. Of
    // several limits for one account the lowest counts, and of several shares of history. A login, whose
    // account is known only when it is used, has a budget of its own here, and the account's slots in Redis.
    std::shared_ptr<api::Budget> get(std::string_view api, const Whose& whose, api::RateLimit limit,
                                     double history_share = api::default_history_share);

    // See api::Budget::hurry(): of those that there are.
    void hurry();

    // From now on nothing is shared with other agents.
    void disconnect() { client_->close(); }

private:
    std::shared_ptr<api::Budget> make(std::function<std::string()> key, api::RateLimit limit,
                                      double history_share);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<redis::Client> client_;
    std::map<std::string, std::shared_ptr<api::Budget>> budgets_;  // by the key of the schedule in Redis
    std::vector<std::shared_ptr<api::Budget>> of_logins_;
};

}  // namespace app
