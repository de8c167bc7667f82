// Calendly's lookup on a fake of its API.
#pragma once

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "sync/calendly_lookup.hpp"
#include "unit/fakes/calendly_api.hpp"

namespace sync_support {

class LookupTest : public testing::Test {
protected:
    using Fallback = rules::Fallback;

    template <typename T>
    T result_of(boost::asio::awaitable<T> work) {
        auto result = boost::asio::co_spawn(io_, std::move(work), boost::asio::use_future);
        io_.restart();
        io_.run();
        return result.get();
    }

    std::uint64_t counted(Fallback fallback) const {
        const auto found = counters_.fallbacks.find({fallback, ""});
        return found == counters_.fallbacks.end() ? 0 : found->second;
    }

    boost::asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    net::Waiting waiting_;
    api::ApiStates states_;
    syncing::Counters counters_;
    std::shared_ptr<spdlog::logger> log_ =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_st>());
    fakes::CalendlyApi calendly_;
    api::Retry retry_{api::ApiName::calendly, states_, interruption_, waiting_, log_};
    syncing::CalendlyLookup lookup_{calendly_, retry_, waiting_, counters_, log_};
};

}  // namespace sync_support
