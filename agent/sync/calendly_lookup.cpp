#include "sync/calendly_lookup.hpp"

#include <fmt/format.h>

#include "calendly/link.hpp"
#include "rules/merge.hpp"
#include "text/mask.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using api::Answer;
using calendly::Invitee;
using calendly::LinkKind;
using calendly::ScheduledEvent;
using namespace std::chrono_literals;

constexpr api::CacheLimits short_lived{.lifetime = 30s, .failure_lifetime = 0s, .most = 1000};
// One agent reads that an event type was changed, the others do not.
constexpr api::CacheLimits names{.lifetime = 10min, .failure_lifetime = 10min, .most = 10'000};

api::ApiFailure unusable(std::string reason) {
    api::ApiFailure failure;
    failure.remedy = api::Remedy::give_up;
    failure.reason = std::move(reason);
    return failure;
}

}  // namespace

CalendlyLookup::CalendlyLookup(calendly::Api& api, rules::FollowLinks mode, api::Retry& retry,
                               net::Waiting& waiting, Counters& counters, std::shared_ptr<spdlog::logger> log)
    : api_(api),
      mode_(mode),
      retry_(retry),
      counters_(counters),
      limited_log_(std::move(log)),
      events_(short_lived, waiting),
      invitees_(short_lived, waiting),
      event_types_(names, waiting) {}

void CalendlyLookup::note_fallback(Fallback what, const api::ApiFailure& failure) {
    ++counters_.fallbacks[{what, ""}];
    limited_log_.warn(to_string(what),
                      fmt::format("{}; going on without: {}", api::describe(failure), to_string(what)));
}

asio::awaitable<Answer<ScheduledEvent>> CalendlyLookup::event(std::string uri,
                                                              std::optional<ScheduledEvent> embedded,
                                                              Since since) {
    if (!follows_everything() && embedded) co_return *embedded;
    const auto link = calendly::parse_link(uri, api_.origin());
    if (!link || link->kind != LinkKind::scheduled_event)
        co_return unusable("payload.event: not the URI of a scheduled event of Calendly's API");
    // The type's name serves many: it is not to queue behind all the events of a backlog.
    if (embedded) co_await event_type_name(embedded->event_type);
    const auto get = [this, path = *link] { return api_.scheduled_event(path); };
    const auto persist = [this, &get] { return retry_.persist(get); };
    auto answer = co_await events_.get(link->path, since, persist);
    if (answer) {
        if (embedded) rules::take_missing(*answer, *embedded);
        co_return answer;
    }
    if (!embedded) co_return answer;
    note_fallback(Fallback::event_copy, answer.error());
    co_return *embedded;
}

asio::awaitable<std::string> CalendlyLookup::event_type_name(std::string uri) {
    const auto link = calendly::parse_link(uri, api_.origin());
    if (!link || link->kind != LinkKind::event_type) co_return std::string();
    const auto get = [this, path = *link] { return api_.event_type(path); };
    const auto persist = [this, &get]() -> asio::awaitable<Answer<calendly::EventType>> {
        auto answer = co_await retry_.persist(get);
        if (!answer) note_fallback(Fallback::event_type_name, answer.error());
        co_return answer;
    };
    const auto answer = co_await event_types_.get(uri, Since::min(), persist);
    if (!answer) co_return std::string();
    co_return answer->name;
}

asio::awaitable<std::optional<Invitee>> CalendlyLookup::invitee(std::string uri, Fallback what, Since since) {
    const auto link = calendly::parse_link(uri, api_.origin());
    if (!link || link->kind != LinkKind::invitee) co_return std::nullopt;
    const auto get = [this, path = *link] { return api_.invitee(path); };
    const auto persist = [this, &get] { return retry_.persist(get); };
    const auto answer = co_await invitees_.get(link->path, since, persist);
    if (answer) co_return *answer;
    note_fallback(what, answer.error());
    co_return std::nullopt;
}

asio::awaitable<std::optional<bool>> CalendlyLookup::no_show_stands(std::string uri) {
    if (!follows_everything()) co_return std::nullopt;
    const auto link = calendly::parse_link(uri, api_.origin());
    if (!link || link->kind != LinkKind::no_show) co_return std::nullopt;
    const auto get = [this, path = *link] { return api_.no_show(path); };
    const auto answer = co_await retry_.persist(get);
    if (answer) co_return true;
    if (answer.error().status == 404) co_return false;
    note_fallback(Fallback::no_show_copy, answer.error());
    co_return std::nullopt;
}

}  // namespace syncing
