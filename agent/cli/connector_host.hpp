// One connector with everything it needs of the world: connections to Redis and both APIs.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "admin/metrics.hpp"
#include "brevo/api.hpp"
#include "calendly/api.hpp"
#include "config/configuration.hpp"
#include "redis/client.hpp"
#include "redis/store.hpp"
#include "redis/webhook_stream.hpp"
#include "sync/connector.hpp"

namespace cli {

// Rate limits belong to accounts: connectors with the same credential share a pacer.
class Pacers {
public:
    explicit Pacers(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    std::shared_ptr<http::Pacer> get(const std::string& kind, const std::string& credential,
                                     http::RateLimit limit);

private:
    boost::asio::any_io_executor executor_;
    std::map<std::string, std::shared_ptr<http::Pacer>> pacers_;
};

class ConnectorHost {
public:
    // `consumer` is this agent's name in the consumer group.
    ConnectorHost(boost::asio::any_io_executor executor, const config::Connector& connector,
                  std::shared_ptr<redis::Servers> servers, const std::string& consumer, Pacers& pacers);

    boost::asio::awaitable<void> run() { return connector_.run(); }
    void stop() { connector_.stop(); }
    void disconnect();
    admin::ConnectorStatus status() const;

private:
    http::Interruption interruption_;
    redis::Client blocking_;
    redis::Client client_;
    redis::RedisWebhookStream stream_;
    redis::RedisStore store_;
    calendly::HttpApi calendly_;
    brevo::HttpApi brevo_;
    syncing::Connector connector_;
};

}  // namespace cli
