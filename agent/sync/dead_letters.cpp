#include "sync/dead_letters.hpp"

#include <fmt/format.h>

#include "text/mask.hpp"

namespace syncing {

DeadLetters::DeadLetters(redis::PersonStore& store, Counters& counters, std::shared_ptr<spdlog::logger> log)
    : store_(store), counters_(counters), limited_log_(std::move(log)) {}

boost::asio::awaitable<void> DeadLetters::bury(shared::WebhookEntry entry, std::string label,
                                               api::ApiFailure failure) {
    const auto line = fmt::format("{} goes to the dead letters: {}", label, api::describe(failure));
    redis::DeadLetter letter;
    letter.entry = std::move(entry);
    letter.reason = failure.reason;
    letter.attempts = failure.attempts;
    if (failure.status != 0) letter.response = fmt::format("{} {}", failure.status, failure.body);
    co_await store_.bury(std::move(letter));
    limited_log_.error(failure.reason, line);
    ++counters_.entries[EntryOutcome::dead];
}

}  // namespace syncing
