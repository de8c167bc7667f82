#include "sync/dead_letters.hpp"

#include <fmt/format.h>

#include "sync/mask.hpp"

namespace syncing {

DeadLetters::DeadLetters(redis::Store& store, Statistics& statistics, std::shared_ptr<spdlog::logger> log)
    : store_(store), statistics_(statistics), limited_log_(std::move(log)) {}

boost::asio::awaitable<void> DeadLetters::bury(shared::WebhookEntry entry, std::string label,
                                               http::ApiFailure failure) {
    const auto line = fmt::format("{} goes to the dead letters: {}", label, describe(failure));
    redis::DeadLetter letter;
    letter.entry = std::move(entry);
    letter.reason = failure.reason;
    letter.attempts = failure.attempts;
    if (failure.status != 0) letter.response = fmt::format("{} {}", failure.status, failure.body);
    co_await store_.bury(std::move(letter));
    limited_log_.error(failure.reason, line);
    ++statistics_.entries["dead"];
}

}  // namespace syncing
