#include "sync/calendly_lookup.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "calendly/link.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using calendly::LinkKind;
using rules::Trail;
using namespace std::chrono_literals;

constexpr api::CacheLimits short_lived{.lifetime = 30s, .failure_lifetime = 0s, .most = 1000};
// One agent reads that an event type was changed, the others do not.
constexpr api::CacheLimits names{.lifetime = 10min, .failure_lifetime = 10min, .most = 10'000};

constexpr unsigned no_such_thing = 404;

template <typename T>
CalendlyLookup::Answer as_answer(T&& resource) {
    return Trail::Answer(std::forward<T>(resource));
}

}  // namespace

Trail::Silence silence_of(const api::ApiFailure& failure) noexcept {
    return failure.status == no_such_thing ? Trail::Silence::gone : Trail::Silence::refused;
}

CalendlyLookup::CalendlyLookup(calendly::Api& api, api::Retry& retry, net::Waiting& waiting,
                               Counters& counters, std::shared_ptr<spdlog::logger> log)
    : api_(api),
      retry_(retry),
      counters_(counters),
      limited_log_(std::move(log)),
      events_(short_lived, waiting),
      invitees_(short_lived, waiting),
      event_types_(names, waiting) {}

void CalendlyLookup::forget_event_type(const std::string& uri) {
    if (const auto link = calendly::parse_link(uri, api_.origin())) event_types_.forget(link->path);
}

api::ApiFailure CalendlyLookup::noted(const Trail::Question& question, const api::ApiFailure& failure) {
    const bool is_an_answer = question.can_be_gone && silence_of(failure) == Trail::Silence::gone;
    if (is_an_answer || !question.fallback) return failure;
    ++counters_.fallbacks[{*question.fallback, ""}];
    const std::string fallback(to_string(*question.fallback));
    limited_log_.warn(fallback, fmt::format("{}; going on without: {}", api::describe(failure), fallback));
    return failure;
}

asio::awaitable<CalendlyLookup::Answer> CalendlyLookup::ask(Trail::Question question, StepTimer& timer) {
    switch (question.link.kind) {
        case LinkKind::scheduled_event:
            return ask_once(events_, &calendly::Api::scheduled_event, std::move(question), timer);
        case LinkKind::invitee:
            return ask_once(invitees_, &calendly::Api::invitee, std::move(question), timer);
        case LinkKind::no_show:
            return ask_no_show(std::move(question), timer);
        case LinkKind::event_type:
            break;
    }
    return ask_event_type(std::move(question), timer);
}

template <typename T>
asio::awaitable<CalendlyLookup::Answer> CalendlyLookup::ask_once(api::AnswerCache<T>& cache, Call<T> call,
                                                                 Trail::Question question, StepTimer& timer) {
    const auto get = [this, call, &question, &timer] {
        timer.note_attempt();
        return (api_.*call)(question.link);
    };
    const auto persist = [this, &get] { return retry_.persist(get); };
    auto answer = co_await cache.get(question.link.path, question.asked_since, persist);
    if (!answer) co_return noted(question, answer.error());
    co_return as_answer(std::move(*answer));
}

// That a name cannot be had is kept, too, and noted once for all who ask meanwhile.
asio::awaitable<CalendlyLookup::Answer> CalendlyLookup::ask_event_type(Trail::Question question,
                                                                       StepTimer& timer) {
    const auto get = [this, &question, &timer] {
        timer.note_attempt();
        return api_.event_type(question.link);
    };
    const auto persist = [this, &get, &question]() -> asio::awaitable<api::Answer<calendly::EventType>> {
        auto answer = co_await retry_.persist(get);
        if (!answer) noted(question, answer.error());
        co_return answer;
    };
    auto answer = co_await event_types_.get(question.link.path, question.asked_since, persist);
    if (!answer) co_return answer.error();
    co_return as_answer(std::move(*answer));
}

// Never kept: whether it stands is all that is asked.
asio::awaitable<CalendlyLookup::Answer> CalendlyLookup::ask_no_show(Trail::Question question,
                                                                    StepTimer& timer) {
    const auto get = [this, &question, &timer] {
        timer.note_attempt();
        return api_.no_show(question.link);
    };
    auto answer = co_await retry_.persist(get);
    if (!answer) co_return noted(question, answer.error());
    co_return as_answer(std::move(*answer));
}

}  // namespace syncing
