// What Calendly's API says about a link, kept for a while; and what serves instead when it says nothing.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/answer_cache.hpp"
#include "api/retry.hpp"
#include "calendly/api.hpp"
#include "config/configuration.hpp"
#include "net/limited_log.hpp"
#include "sync/counters.hpp"

namespace syncing {

// All throw Interrupted. An answer that was asked for before `since` is not used.
class CalendlyLookup {
public:
    using Since = std::chrono::system_clock::time_point;

    CalendlyLookup(calendly::Api& api, rules::FollowLinks mode, api::Retry& retry, net::Waiting& waiting,
                   Counters& counters, std::shared_ptr<spdlog::logger> log);

    // The `embedded` copy of a delivery serves when the API refuses, and completes what it says. A failure is
    // final.
    boost::asio::awaitable<api::Answer<calendly::ScheduledEvent>> event(
        std::string uri, std::optional<calendly::ScheduledEvent> embedded, Since since);

    // "" when it cannot be had: the event's own name serves.
    boost::asio::awaitable<std::string> event_type_name(std::string uri);

    // Nothing when it cannot be had; that is counted as `what`.
    boost::asio::awaitable<std::optional<calendly::Invitee>> invitee(std::string uri, Fallback what,
                                                                     Since since);

    // Whether a no-show stands: 404 is the only proof that it was undone. Nothing when the API does not say.
    boost::asio::awaitable<std::optional<bool>> no_show_stands(std::string uri);

    // An event type was changed: its name is read again when it is needed.
    void forget_event_type(const std::string& uri) { event_types_.forget(uri); }

    bool follows_everything() const noexcept { return mode_ == rules::FollowLinks::always; }

private:
    void note_fallback(Fallback what, const api::ApiFailure& failure);

    calendly::Api& api_;
    rules::FollowLinks mode_;
    api::Retry& retry_;
    Counters& counters_;
    net::LimitedLog limited_log_;
    api::AnswerCache<calendly::ScheduledEvent> events_;
    api::AnswerCache<calendly::Invitee> invitees_;
    api::AnswerCache<calendly::EventType> event_types_;
};

}  // namespace syncing
