// Parts of the agent that need a Redis and nothing else.
#pragma once

#include <chrono>
#include <future>
#include <memory>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/redis_server.hpp"
#include "redis/client.hpp"
#include "redis/servers.hpp"

namespace e2e {

class OnRedis : public testing::Test {
protected:
    template <typename T>
    T result_of(boost::asio::awaitable<T> work) {
        auto result = boost::asio::co_spawn(io_, std::move(work), boost::asio::use_future);
        io_.restart();
        while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io_.run_one();
        return result.get();
    }
    std::shared_ptr<redis::Client> make_client() {
        return std::make_shared<redis::Client>(io_.get_executor(), servers_, std::chrono::seconds(5));
    }

    harness::Folder folder_;
    harness::RedisServer redis_{folder_};
    std::shared_ptr<redis::Servers> servers_ = [this] {
        config::Redis settings;
        settings.urls.push_back(shared::parse_redis_url(redis_.url()));
        return std::make_shared<redis::Servers>(settings);
    }();
    boost::asio::io_context io_{1};
};

}  // namespace e2e
