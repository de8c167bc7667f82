// One connector with everything it needs of the world: connections to Redis and both APIs.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "brevo/http_api.hpp"
#include "calendly/http_api.hpp"
#include "config/configuration.hpp"
#include "redis/client.hpp"
#include "redis/redis_dead_letter_queue.hpp"
#include "redis/redis_entry_queue.hpp"
#include "redis/redis_person_store.hpp"
#include "sync/connector.hpp"

namespace app {

// Rate limits belong to accounts: connectors with the same credential share a budget, and so do all agents.
class Budgets {
public:
    Budgets(boost::asio::any_io_executor executor, std::shared_ptr<redis::Servers> servers);
    std::shared_ptr<api::Budget> get(const std::string& api, const std::string& credential,
                                     api::RateLimit limit);
    void disconnect() { client_->close(); }

private:
    boost::asio::any_io_executor executor_;
    std::shared_ptr<redis::Client> client_;
    std::map<std::string, std::shared_ptr<api::Budget>> budgets_;
};

class ConnectorServices {
public:
    // `consumer` is this agent's name in the consumer group.
    ConnectorServices(boost::asio::any_io_executor executor, const config::Connector& connector,
                      std::shared_ptr<redis::Servers> servers, const std::string& consumer, Budgets& budgets);

    boost::asio::awaitable<void> run() { return connector_.run(); }
    void stop() { connector_.stop(); }
    void disconnect();
    syncing::ConnectorStatus status() const { return connector_.status(); }

private:
    net::Interruption interruption_;
    redis::Client blocking_;
    redis::Client client_;
    redis::RedisEntryQueue queue_;
    redis::RedisPersonStore people_;
    redis::RedisDeadLetterQueue dead_letters_;
    calendly::HttpApi calendly_;
    brevo::HttpApi brevo_;
    syncing::Connector connector_;
};

}  // namespace app
