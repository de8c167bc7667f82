#include "sync/dead_letters.hpp"

#include <utility>

#include <fmt/format.h>

#include "redis/error.hpp"

namespace syncing {

namespace asio = boost::asio;

DeadLetters::DeadLetters(redis::DeadLetterQueue& queue, Counters& counters,
                         std::shared_ptr<spdlog::logger> log)
    : queue_(queue), counters_(counters), log_(std::move(log)), limited_log_(log_), outcomes_(log_) {}

asio::awaitable<void> DeadLetters::bury(shared::WebhookEntry entry, std::string label, EntryFault fault,
                                        rules::TimelineEntry told) {
    const auto& failure = fault.failure();
    redis::DeadLetter letter;
    letter.timeline = std::move(told);
    letter.timeline.received_ms = entry.received_ms;
    letter.entry = std::move(entry);
    letter.reason = failure.reason;
    letter.attempts = failure.attempts;
    if (failure.status != 0) letter.response = fmt::format("{} {}", failure.status, failure.body);
    auto outcome = letter.timeline;
    outcome.outcome = rules::TimelineOutcome::dead;
    const bool is_moved = co_await queue_.bury(std::move(letter));
    if (!is_moved) {
        log_->debug("{} is no longer in the stream, it was done with before", label);
        co_return;
    }
    limited_log_.error(failure.reason,
                       fmt::format("{} goes to the dead letters: {}", label, api::describe(failure)));
    outcomes_.tell(outcome);
    ++counters_.entries[EntryOutcome::dead];
    ++counters_.dead_letters[fault.kind()];
    if (buried_.count++ == 0) buried_.since = std::chrono::system_clock::now();
}

asio::awaitable<void> DeadLetters::watch(net::Interruption& interruption, std::chrono::milliseconds interval,
                                         Troubles& troubles) {
    Troubles::Work work(troubles);
    for (bool goes_on = true; goes_on;) {
        co_await look(work);
        goes_on = co_await interruption.try_sleep_until(std::chrono::steady_clock::now() + interval);
    }
}

asio::awaitable<void> DeadLetters::look(Troubles::Work& work) {
    const auto before = buried_.count;
    try {
        buried_ = co_await queue_.buried();
        work.is_well();
        is_refused_ = false;
    } catch (const redis::BrokenKey& error) {
        work.meets(error);
    } catch (const redis::MissingRight& error) {
        work.meets(error);
    } catch (const redis::Error& error) {
        if (error.is_refusal() && !std::exchange(is_refused_, true))
            log_->warn("{}; how many dead letters wait is not known", error.what());
        co_return;
    } catch (const std::exception& error) {
        work.meets(error);
    }
    if (before == 0 && buried_.count > 0)
        log_->warn("{} dead letters wait for somebody to look at them", buried_.count);
    if (before > 0 && buried_.count == 0) log_->info("no dead letters are left");
}

}  // namespace syncing
