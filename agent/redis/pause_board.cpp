#include "redis/pause_board.hpp"

#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/event.hpp"
#include "redis/error.hpp"
#include "redis/redis_pause_switch.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// KEYS: pauses. What stands there, in their order; 0 for a key that holds something else.
const Script pauses_script(R"(
local all = {}
for i, key in ipairs(KEYS) do
  local stood = redis.pcall('HMGET', key, 'by', 'reason', 'since_ms')
  all[i] = stood.err and 0 or stood
end
return all
)");

bool spans_servers(const Error& error) {
    return error.is_refusal() && std::string_view(error.what()).find("CROSSSLOT") != std::string_view::npos;
}

}  // namespace

struct PauseBoard::Question {
    explicit Question(const asio::any_io_executor& executor) : answered(executor) {}

    Arguments keys;
    net::Event answered;
    shared::ReplyPtr reply;  // null: each has to ask for itself
    std::exception_ptr trouble;
};

PauseBoard::PauseBoard(asio::any_io_executor executor, Client& client, std::chrono::milliseconds together)
    : executor_(std::move(executor)), client_(client), together_(together) {}

asio::awaitable<PauseBoard::Told> PauseBoard::ask(const std::string& connector) {
    if (is_split_) co_return Told{};
    if (!open_) {
        open_ = std::make_shared<Question>(executor_);
        asio::co_spawn(executor_, answer(open_), asio::detached);
    }
    const auto question = open_;
    const auto place = question->keys.size();
    question->keys.push_back(pause_key(connector));
    while (!question->answered.is_set()) co_await question->answered.wait();
    if (question->trouble) std::rethrow_exception(question->trouble);
    const auto* reply = question->reply.get();
    if (!reply || reply->type != REDIS_REPLY_ARRAY || place >= reply->elements) co_return Told{};
    const auto& stood = *reply->element[place];
    if (stood.type != REDIS_REPLY_ARRAY) co_return Told{};
    Told told{true, parse_pause(stood)};
    co_return told;
}

asio::awaitable<void> PauseBoard::answer(std::shared_ptr<Question> question) {
    asio::steady_timer others(executor_, together_);
    co_await others.async_wait(asio::use_awaitable);
    open_.reset();
    try {
        Arguments keys = question->keys, none;
        question->reply = co_await client_.run(pauses_script, std::move(keys), std::move(none));
    } catch (const Error& error) {
        is_split_ = spans_servers(error);
        if (!is_split_) question->trouble = std::current_exception();
    } catch (const std::exception&) {
        question->trouble = std::current_exception();
    }
    question->answered.set();
}

asio::awaitable<std::optional<Pause>> BoardedPauseSwitch::state() {
    auto told = co_await board_.ask(connector_);
    if (!told.is_known) {
        auto own = co_await own_.state();
        co_return own;
    }
    co_return std::move(told.pause);
}

}  // namespace redis
