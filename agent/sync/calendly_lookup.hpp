// Asks Calendly's API what rules::Trail wants to know: keeps the answers for a while, tries again while the
// API is in trouble, and counts and logs what serves instead of an answer that it refuses.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/answer_cache.hpp"
#include "api/retry.hpp"
#include "calendly/api.hpp"
#include "net/limited_log.hpp"
#include "rules/trail.hpp"
#include "sync/counters.hpp"
#include "sync/step_timer.hpp"

namespace syncing {

// What a final failure means to the trail.
rules::Trail::Silence silence_of(const api::ApiFailure& failure) noexcept;

class CalendlyLookup {
public:
    using Answer = api::Answer<rules::Trail::Answer>;

    CalendlyLookup(calendly::Api& api, api::Retry& retry, net::Waiting& waiting, Counters& counters,
                   std::shared_ptr<spdlog::logger> log);

    // Of the kind that the link is of; `timer` notes each attempt. A failure is final. Throws Interrupted.
    boost::asio::awaitable<Answer> ask(rules::Trail::Question question, StepTimer& timer);

    // An event type was changed: its name is read again when it is needed.
    void forget_event_type(const std::string& uri);

private:
    template <typename T>
    using Call = boost::asio::awaitable<api::Answer<T>> (calendly::Api::*)(calendly::Link);

    template <typename T>
    boost::asio::awaitable<Answer> ask_once(api::AnswerCache<T>& cache, Call<T> call,
                                            rules::Trail::Question question, StepTimer& timer);
    boost::asio::awaitable<Answer> ask_event_type(rules::Trail::Question question, StepTimer& timer);
    boost::asio::awaitable<Answer> ask_no_show(rules::Trail::Question question, StepTimer& timer);

    // Of an asker who got no answer.
    api::ApiFailure noted(const rules::Trail::Question& question, const api::ApiFailure& failure);

    calendly::Api& api_;
    api::Retry& retry_;
    Counters& counters_;
    net::LimitedLog limited_log_;
    api::AnswerCache<calendly::ScheduledEvent> events_;
    api::AnswerCache<calendly::Invitee> invitees_;
    api::AnswerCache<calendly::EventType> event_types_;
};

}  // namespace syncing
