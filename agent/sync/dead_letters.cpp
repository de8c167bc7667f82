#include "sync/dead_letters.hpp"

#include <fmt/format.h>

#include "sync/mask.hpp"

namespace syncing {

DeadLetters::DeadLetters(redis::Store& store, Statistics& statistics, std::shared_ptr<spdlog::logger> log)
    : store_(store), statistics_(statistics), log_(std::move(log)) {}

boost::asio::awaitable<void> DeadLetters::bury(shared::WebhookEntry entry, std::string label,
                                               http::ApiFailure failure) {
    log_->error("{} goes to the dead letters: {}", label, describe(failure));
    redis::DeadLetter letter;
    letter.entry = std::move(entry);
    letter.reason = failure.reason;
    letter.attempts = failure.attempts;
    if (failure.status != 0) letter.response = fmt::format("{} {}", failure.status, failure.body);
    co_await store_.bury(std::move(letter));
    ++statistics_.entries["dead"];
}

}  // namespace syncing
