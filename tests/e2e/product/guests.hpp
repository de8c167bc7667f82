// Who books while a soak goes on, at a steady pace, and what must come of it. Of ten guests one cancels and
// one moves the meeting, each two seconds after they booked.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "e2e/harness/sandbox_process.hpp"

namespace e2e {

namespace json = boost::json;

class Guests {
public:
    static constexpr std::size_t a_second = 200;

    // What the timeline must tell: of whose booking, and the event.
    using Change = std::pair<std::string, std::string>;

    explicit Guests(std::chrono::seconds duration)
        : count_(a_second * static_cast<std::size_t>(duration.count())) {}

    std::size_t count() const { return count_; }

    // All of it happens in Calendly; gives how long it took.
    std::chrono::duration<double> book(const harness::SandboxProcess& sandbox) const {
        constexpr std::size_t at_once = a_second / 10;
        const auto begin = std::chrono::steady_clock::now();
        for (std::size_t first = 0; first < count_ + later; first += at_once) {
            std::this_thread::sleep_until(begin + std::chrono::milliseconds(1000 * first / a_second));
            json::array actions;
            for (auto i = first; i < first + at_once; ++i) append_to(actions, i);
            sandbox.post("/play", {{"actions", std::move(actions)}});
        }
        return std::chrono::steady_clock::now() - begin;
    }

    static std::string email(std::size_t i) { return "guest" + std::to_string(i) + "@soak.example"; }

    static std::vector<Change> changes(std::size_t i) {
        std::vector<Change> all{{id("G", i), "calendly_booked"}};
        if (cancels(i)) all.emplace_back(id("G", i), "calendly_canceled");
        if (moves(i)) all.emplace_back(id("R", i), "calendly_rescheduled");
        return all;
    }

    static std::string status(std::size_t i) { return cancels(i) ? "cancelled" : "booked"; }
    static std::string lists(std::size_t i) { return cancels(i) ? "[20]" : "[10]"; }

private:
    static constexpr std::size_t later = 2 * a_second;

    static bool cancels(std::size_t i) { return i % 10 == 3; }
    static bool moves(std::size_t i) { return i % 10 == 7; }
    static std::string id(const char* kind, std::size_t i) { return kind + std::to_string(i); }

    void append_to(json::array& actions, std::size_t i) const {
        if (i < count_)
            actions.push_back({{"do", "book"},
                               {"email", email(i)},
                               {"name", "Wilhelmina Ostergaard"},
                               {"invitee_id", id("G", i)},
                               {"event_id", id("E", i)}});
        if (i < later) return;
        const auto former = i - later;
        if (cancels(former)) actions.push_back({{"do", "cancel"}, {"invitee", id("G", former)}});
        if (moves(former))
            actions.push_back({{"do", "reschedule"},
                               {"invitee", id("G", former)},
                               {"new_invitee_id", id("R", former)},
                               {"new_event_id", id("F", former)}});
    }

    std::size_t count_;
};

}  // namespace e2e
