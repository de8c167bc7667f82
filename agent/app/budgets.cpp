#include "app/budgets.hpp"

#include "api/credential.hpp"
#include "redis/shared_schedule.hpp"

namespace app {

using namespace std::chrono_literals;

constexpr auto answer_timeout = 1s;  // then the agent keeps to its own schedule

Budgets::Budgets(boost::asio::any_io_executor executor, std::shared_ptr<redis::Servers> servers)
    : executor_(std::move(executor)),
      client_(std::make_shared<redis::Client>(executor_, std::move(servers), answer_timeout)) {}

// A slot that is being reserved keeps its budget alive, and so the connection on which it waits: it would wait
// for ever.
Budgets::~Budgets() {
    disconnect();
}

std::shared_ptr<api::Budget> Budgets::make(std::function<std::string()> key, api::RateLimit limit,
                                           double history_share) {
    auto shared = std::make_shared<redis::SharedSchedule>(client_, std::move(key));
    return std::make_shared<api::Budget>(executor_, limit, std::move(shared), history_share);
}

std::shared_ptr<api::Budget> Budgets::get(std::string_view api, const Whose& whose, api::RateLimit limit,
                                          double history_share) {
    if (!whose->knows_account()) {
        const auto key = [api = std::string(api), whose] { return redis::budget_key(api, whose->account()); };
        return of_logins_.emplace_back(make(key, limit, history_share));
    }
    const auto key = redis::budget_key(api, whose->account());
    auto& budget = budgets_[key];
    if (!budget) budget = make([key] { return key; }, limit, history_share);
    budget->tighten(limit, history_share);
    return budget;
}

void Budgets::hurry() {
    for (const auto& [key, budget] : budgets_) budget->hurry();
    for (const auto& budget : of_logins_) budget->hurry();
}

}  // namespace app
