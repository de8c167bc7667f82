// A Calendly that has what the test put there, and remembers what it was asked.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calendly/api.hpp"

namespace fakes {

// A resource that is not there is a 404 that can never succeed.
class CalendlyApi final : public calendly::Api {
public:
    // By the link's path: "/scheduled_events/e1/invitees/i1".
    std::map<std::string, calendly::ScheduledEvent> events;
    std::map<std::string, calendly::Invitee> invitees;
    std::map<std::string, calendly::NoShow> no_shows;
    std::map<std::string, calendly::EventType> event_types;

    std::vector<std::string> calls;  // paths that were asked for, in order

    // Called at each call, with the path, before it is answered.
    std::function<void(const std::string& path)> on_call;

    // The next call for the path fails; several of one path are used up one after the other.
    void fail_next(const std::string& path, unsigned status, api::Remedy remedy = api::Remedy::give_up) {
        failures_[path].push_back(failure(path, status, remedy));
    }

    boost::asio::awaitable<api::Answer<calendly::ScheduledEvent>> scheduled_event(
        calendly::Link link) override {
        return get(events, std::move(link));
    }
    boost::asio::awaitable<api::Answer<calendly::Invitee>> invitee(calendly::Link link) override {
        return get(invitees, std::move(link));
    }
    boost::asio::awaitable<api::Answer<calendly::NoShow>> no_show(calendly::Link link) override {
        return get(no_shows, std::move(link));
    }
    boost::asio::awaitable<api::Answer<calendly::EventType>> event_type(calendly::Link link) override {
        return get(event_types, std::move(link));
    }

    std::string origin() const override { return "https://calendly.test"; }

private:
    static api::ApiFailure failure(const std::string& path, unsigned status, api::Remedy remedy) {
        api::ApiFailure failure;
        failure.remedy = remedy;
        failure.status = status;
        failure.reason = "Calendly answered " + std::to_string(status) + " to GET " + path;
        return failure;
    }

    template <typename Resource>
    boost::asio::awaitable<api::Answer<Resource>> get(const std::map<std::string, Resource>& resources,
                                                      calendly::Link link) {
        if (on_call) on_call(link.path);
        calls.push_back(link.path);
        auto& planned = failures_[link.path];
        if (!planned.empty()) {
            auto next = std::move(planned.front());
            planned.pop_front();
            co_return next;
        }
        const auto found = resources.find(link.path);
        if (found == resources.end()) co_return failure(link.path, 404, api::Remedy::give_up);
        co_return found->second;
    }

    std::map<std::string, std::deque<api::ApiFailure>> failures_;
};

}  // namespace fakes
