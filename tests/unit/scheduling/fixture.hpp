// A desk on fakes: an account, its meetings, what Redis remembers, a clock that stands still.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "config/configuration.hpp"
#include "net/interruption.hpp"
#include "scheduling/desk.hpp"
#include "unit/fakes/account_api.hpp"
#include "unit/fakes/booking_store.hpp"
#include "unit/fakes/listing_api.hpp"
#include "unit/fakes/scheduling_api.hpp"
#include "unit/sandbox/support.hpp"

namespace scheduling_test {

namespace json = boost::json;
using namespace std::chrono_literals;

inline const calendly::Timestamp now = *calendly::parse_timestamp("2026-11-30T08:00:00Z");

inline std::shared_ptr<spdlog::logger> silence() {
    return std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_st>());
}

inline config::Connector connector() {
    config::Connector connector;
    connector.name = "calendly";
    connector.scheduling.enabled = true;
    connector.scheduling.event_types = {"https://api.calendly.com/event_types/demo"};
    connector.scheduling.allow_origins = {"https://www.example.com"};
    connector.mapping.event_mapping = {{"first_demo", "https://api.calendly.com/event_types/demo", {}}};
    return connector;
}

// Everything outside of the desk.
struct Outside {
    Outside() {
        for (int i = 1; i <= 6; ++i) calendly.starts.push_back(now + i * 1h);
    }
    fakes::AccountApi account;
    fakes::ListingApi listing;
    fakes::SchedulingApi calendly{listing};
    fakes::BookingStore store;
    calendly::Timestamp time = now;
    scheduling::Verify verify;  // none
};

class Booker {
public:
    explicit Booker(Outside& outside, const config::Connector& settings = connector())
        : interruption_(io_.get_executor()),
          desk_(settings,
                scheduling::World{outside.calendly, outside.listing, outside.account, outside.store,
                                  interruption_, silence(), [&outside] { return outside.time; }, 0ms},
                outside.verify) {}

    scheduling::Desk& desk() { return desk_; }
    template <typename T>
    T run(boost::asio::awaitable<T> work) {
        return sandbox_test::run(io_, std::move(work));
    }

private:
    boost::asio::io_context io_;
    net::Interruption interruption_;
    scheduling::Desk desk_;
};

inline json::object body(int hour = 1, const std::string& email = "ann@example.org") {
    return {{"event_type", "demo"},
            {"start", calendly::to_string(now + hour * 1h)},
            {"name", "Ann Bee"},
            {"email", email},
            {"timezone", "Europe/Berlin"}};
}

inline scheduling::BookingRequest request(std::string key, json::object with = body()) {
    scheduling::BookingRequest request;
    request.idempotency_key = std::move(key);
    request.is_server = true;
    request.address = "192.0.2.7";
    request.body = std::move(with);
    return request;
}

inline const std::string key_a = "aaaaaaaaaaaaaaaa";
inline const std::string key_b = "bbbbbbbbbbbbbbbb";

}  // namespace scheduling_test
