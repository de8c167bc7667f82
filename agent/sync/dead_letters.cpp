#include "sync/dead_letters.hpp"

#include <utility>

#include <fmt/format.h>

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

void DeadLetters::see(const Buried& buried) {
    const auto before = std::exchange(buried_, buried).count;
    if (before == 0 && buried_.count > 0)
        log_->warn("{} dead letters wait for somebody to look at them", buried_.count);
    if (before > 0 && buried_.count == 0) log_->info("no dead letters are left");
}

}  // namespace syncing
