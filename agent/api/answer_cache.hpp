// Answers of the Calendly API, kept for a short time and asked for once, however many want them at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include "api/api_failure.hpp"
#include "net/event.hpp"
#include "net/waiting.hpp"

namespace api {

struct CacheLimits {
    std::chrono::seconds lifetime;             // of an answer
    std::chrono::seconds failure_lifetime{0};  // of a final failure; 0: it is not kept
    std::size_t most = 1000;                   // answers kept
};

template <typename T, typename Clock = std::chrono::system_clock>
class AnswerCache {
public:
    using Time = typename Clock::time_point;

    // `waiting` counts those who wait for an answer that somebody else asked for.
    AnswerCache(CacheLimits limits, net::Waiting& waiting) : limits_(limits), waiting_(waiting) {}

    // The answer that was asked for at `since` or later, if there is one or one is on its way, else that of
    // `fetch()`. Throws what `fetch()` throws.
    template <typename Fetch>
    boost::asio::awaitable<Answer<T>> get(std::string key, Time since, Fetch fetch) {
        auto flight = find(key, since);
        if (!flight) {
            flight = std::make_shared<Flight>(co_await boost::asio::this_coro::executor);
            make_room();
            flights_[key] = flight;
            co_await fly(flight, fetch);
            if (!is_kept(*flight)) forget(key, flight);
        }
        if (!flight->has_landed()) {
            const net::Waiting::One waiting(waiting_);
            co_await flight->landed.wait();
        }
        if (flight->trouble) std::rethrow_exception(flight->trouble);
        co_return *flight->answer;
    }

    void forget(const std::string& key) { flights_.erase(key); }

private:
    struct Flight {
        explicit Flight(boost::asio::any_io_executor executor) : landed(std::move(executor)) {}
        bool has_landed() const noexcept { return landed.is_set(); }

        Time asked_at = Clock::now();
        net::Event landed;  // the answer is there, or what went wrong
        std::optional<Answer<T>> answer;
        std::exception_ptr trouble;
    };
    using FlightPtr = std::shared_ptr<Flight>;

    template <typename Fetch>
    static boost::asio::awaitable<void> fly(FlightPtr flight, Fetch& fetch) {
        try {
            flight->answer = co_await fetch();
        } catch (const std::exception&) {
            flight->trouble = std::current_exception();
        }
        flight->landed.set();
    }

    bool is_kept(const Flight& flight) const { return !flight.trouble && lifetime_of(flight).count() > 0; }

    // Of one that has landed without trouble.
    std::chrono::seconds lifetime_of(const Flight& flight) const {
        return flight.answer.value() ? limits_.lifetime : limits_.failure_lifetime;
    }

    FlightPtr find(const std::string& key, Time since) const {
        const auto found = flights_.find(key);
        if (found == flights_.end()) return nullptr;
        const auto& flight = found->second;
        const bool is_old = flight->has_landed() && Clock::now() - flight->asked_at > lifetime_of(*flight);
        return is_old || flight->asked_at < since ? nullptr : flight;
    }

    void forget(const std::string& key, const FlightPtr& flight) {
        const auto found = flights_.find(key);
        if (found != flights_.end() && found->second == flight) flights_.erase(found);
    }

    // What is old goes first; when nothing is, everything that has landed does.
    void make_room() {
        if (flights_.size() < limits_.most) return;
        const auto now = Clock::now();
        std::erase_if(flights_, [&](const auto& entry) {
            const auto& flight = *entry.second;
            return flight.has_landed() && now - flight.asked_at > lifetime_of(flight);
        });
        if (flights_.size() < limits_.most) return;
        std::erase_if(flights_, [](const auto& entry) { return entry.second->has_landed(); });
    }

    CacheLimits limits_;
    net::Waiting& waiting_;
    std::map<std::string, FlightPtr> flights_;
};

}  // namespace api
