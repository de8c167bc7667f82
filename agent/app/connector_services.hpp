// What a connector needs of the world, for the daemon and for commands alike: connections to Redis, both APIs
// with their budgets, a log. Nothing is asked of the network before somebody uses it.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/any_io_executor.hpp>

#include "api/credential.hpp"
#include "app/budgets.hpp"
#include "brevo/http_api.hpp"
#include "calendly/http_api.hpp"
#include "config/configuration.hpp"
#include "net/interruption.hpp"
#include "redis/client.hpp"
#include "redis/redis_dead_letter_queue.hpp"
#include "redis/redis_entry_queue.hpp"
#include "redis/redis_person_store.hpp"

namespace app {

class ConnectorServices {
public:
    // `consumer` is this agent's name in the consumer group.
    ConnectorServices(boost::asio::any_io_executor executor, const config::Connector& connector,
                      std::shared_ptr<redis::Servers> servers, const std::string& consumer, Budgets& budgets);
    ConnectorServices(const ConnectorServices&) = delete;
    ConnectorServices& operator=(const ConnectorServices&) = delete;

    net::Interruption& interruption() noexcept { return interruption_; }
    redis::EntryQueue& queue() noexcept { return queue_; }
    redis::PersonStore& people() noexcept { return people_; }
    redis::DeadLetterQueue& dead_letters() noexcept { return dead_letters_; }
    calendly::Api& calendly() noexcept { return calendly_; }
    brevo::Api& brevo() noexcept { return brevo_; }
    const std::shared_ptr<spdlog::logger>& log() const noexcept { return log_; }

    // How many bookings the APIs' limits let this agent do within `duration`.
    std::size_t calls_within(std::chrono::milliseconds duration) const;

    // Closes the connections to Redis; commands that wait fail.
    void disconnect();

private:
    std::shared_ptr<spdlog::logger> log_;
    net::Interruption interruption_;
    redis::Client blocking_;  // for reads that wait
    redis::Client client_;    // for all else
    redis::RedisEntryQueue queue_;
    redis::RedisPersonStore people_;
    redis::RedisDeadLetterQueue dead_letters_;
    std::shared_ptr<api::Credential> calendly_credential_;
    std::shared_ptr<api::Credential> brevo_credential_;
    std::shared_ptr<api::Budget> calendly_budget_;
    brevo::Budgets brevo_budgets_;
    calendly::HttpApi calendly_;
    brevo::HttpApi brevo_;
};

}  // namespace app
