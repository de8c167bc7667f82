// The schedule of an account's calls that all agents share: Redis's clock, one script.
//   calendly:{budget-<hash of the account>}:<api>            time of the next slot, Unix microseconds; expires
//   calendly:{budget-<hash of the account>}:<api>:webhooks   is there while a process tells of webhooks; expires
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/shared_schedule.hpp"
#include "net/limited_log.hpp"
#include "redis/client.hpp"

namespace redis {

// `api`: "calendly", "brevo-contacts", "brevo-events". The credential itself is not in it.
std::string budget_key(std::string_view api, std::string_view credential);

class SharedSchedule final : public api::SharedSchedule {
public:
    // `key`: see budget_key(). Asked before each command: of a login it is known late.
    SharedSchedule(std::shared_ptr<Client> client, std::function<std::string()> key)
        : client_(std::move(client)), key_(std::move(key)) {}

    boost::asio::awaitable<std::optional<api::SharedSlot>> reserve(std::chrono::nanoseconds interval,
                                                                   bool has_webhooks) override;
    boost::asio::awaitable<void> pause(std::chrono::nanoseconds duration) override;

private:
    void note_repair(const std::string& key, std::chrono::microseconds ahead);

    std::shared_ptr<Client> client_;
    std::function<std::string()> key_;
    net::LimitedLog limited_log_;
};

}  // namespace redis
