// The agent's connections to Redis, without the rest of the agent.
#pragma once

#include <list>
#include <memory>

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "e2e/harness/fake_redis.hpp"
#include "e2e/harness/free_port.hpp"
#include "e2e/harness/redis_server.hpp"
#include "e2e/harness/tcp_gate.hpp"
#include "redis/client.hpp"
#include "redis/error.hpp"

namespace e2e {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What became of a command.
struct Ended {
    std::string text;     // of the reply; "nil" or "" likewise
    std::string trouble;  // what() of the error
    redis::Error::Kind kind = redis::Error::Kind::refused;
};

class RedisClientTest : public testing::Test {
protected:
    static config::Redis to(const std::vector<std::string>& urls) {
        config::Redis settings;
        for (const auto& url : urls) settings.urls.push_back(shared::parse_redis_url(url));
        return settings;
    }
    static config::Redis through(const std::vector<std::uint16_t>& sentinels,
                                 const std::string& master = "edge") {
        config::Redis settings;
        for (const auto port : sentinels)
            settings.sentinels.push_back(shared::parse_sentinel_address(at(port)));
        settings.master = master;
        return settings;
    }
    static std::string at(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

    void use(config::Redis settings) { servers_ = std::make_shared<redis::Servers>(std::move(settings)); }
    void use(std::shared_ptr<redis::Servers> servers) { servers_ = std::move(servers); }
    void use(const std::vector<std::string>& urls) { use(to(urls)); }

    redis::Client& add_client(milliseconds reply_timeout = milliseconds(5000)) {
        return clients_.emplace_back(io_.get_executor(), servers_, reply_timeout);
    }
    redis::Client& client() { return clients_.empty() ? add_client() : clients_.front(); }

    // Begins to carry it out, with run().
    Ended& begin(redis::Client& client, redis::Arguments arguments) {
        auto& ended = ended_.emplace_back();
        ++running_;
        boost::asio::co_spawn(io_, carry_out(client, std::move(arguments), ended), boost::asio::detached);
        return ended;
    }
    Ended& begin(redis::Arguments arguments) { return begin(client(), std::move(arguments)); }

    // Until every command has ended.
    void run() {
        io_.restart();
        while (running_ > 0) ASSERT_GT(io_.run_one_for(std::chrono::seconds(15)), 0u) << "nothing happens";
    }
    // Does what there is to do meanwhile.
    void run_until(const std::function<bool()>& condition, const std::string& what) {
        io_.restart();
        harness::wait_until([&] { return io_.poll(), condition(); }, what);
    }

    Ended& ask(redis::Client& client, redis::Arguments arguments) {
        auto& ended = begin(client, std::move(arguments));
        run();
        return ended;
    }
    Ended& ask(redis::Arguments arguments) { return ask(client(), std::move(arguments)); }

    harness::Folder folder_;

private:
    boost::asio::awaitable<void> carry_out(redis::Client& client, redis::Arguments arguments, Ended& ended) {
        try {
            const auto reply = co_await client.command(std::move(arguments));
            ended.text = shared::text(*reply);
        } catch (const redis::Error& error) {
            ended.trouble = error.what();
            ended.kind = error.kind();
        }
        --running_;
    }

    boost::asio::io_context io_{1};
    std::shared_ptr<redis::Servers> servers_;
    std::list<redis::Client> clients_;
    std::list<Ended> ended_;
    int running_ = 0;
};

constexpr const char* loading = "-LOADING Redis is loading the dataset in memory\r\n";
constexpr const char* master_down =
    "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n";
constexpr const char* read_only = "-READONLY You can't write against a read only replica.\r\n";

}  // namespace e2e
