#include "sync/dead_letters.hpp"

#include <fmt/format.h>

namespace syncing {

DeadLetters::DeadLetters(redis::DeadLetterQueue& queue, Counters& counters,
                         std::shared_ptr<spdlog::logger> log)
    : queue_(queue), counters_(counters), limited_log_(std::move(log)) {}

boost::asio::awaitable<void> DeadLetters::bury(shared::WebhookEntry entry, std::string label,
                                               api::ApiFailure failure) {
    const auto line = fmt::format("{} goes to the dead letters: {}", label, api::describe(failure));
    redis::DeadLetter letter;
    letter.entry = std::move(entry);
    letter.reason = failure.reason;
    letter.attempts = failure.attempts;
    if (failure.status != 0) letter.response = fmt::format("{} {}", failure.status, failure.body);
    co_await queue_.bury(std::move(letter));
    limited_log_.error(failure.reason, line);
    ++counters_.entries[EntryOutcome::dead];
}

}  // namespace syncing
