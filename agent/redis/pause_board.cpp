#include "redis/pause_board.hpp"

#include <string_view>
#include <utility>

#include "redis/error.hpp"
#include "redis/redis_pause_switch.hpp"
#include "redis/replies.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// KEYS: pauses. Those that stand, each with its place; a place alone for a key that holds something else.
const Script pauses_script(R"(
local standing = {}
for i, key in ipairs(KEYS) do
  local stood = redis.pcall('HMGET', key, 'by', 'reason', 'since_ms')
  if stood.err then
    table.insert(standing, {i})
  elseif stood[3] then
    table.insert(standing, {i, stood})
  end
end
return standing
)");

bool spans_servers(const Error& error) {
    return error.is_refusal() && std::string_view(error.what()).find("CROSSSLOT") != std::string_view::npos;
}

std::vector<PauseTold> read(const redisReply& reply, std::size_t count) {
    std::vector<PauseTold> all(count, PauseTold{true, std::nullopt});
    for (std::size_t i = 0; i < reply.elements; ++i) {
        const auto& standing = *reply.element[i];
        if (standing.type != REDIS_REPLY_ARRAY || standing.elements == 0) continue;
        const auto place = static_cast<std::size_t>(standing.element[0]->integer) - 1;
        if (place >= count) continue;
        if (standing.elements < 2)
            all[place].is_known = false;
        else
            all[place].pause = parse_pause(*standing.element[1]);
    }
    return all;
}

}  // namespace

AskPauses ask_pauses_with(Client& client) {
    return [&client](const std::vector<std::string>& connectors)
               -> asio::awaitable<std::optional<std::vector<PauseTold>>> {
        Arguments keys, none;
        for (const auto& connector : connectors) keys.push_back(pause_key(connector));
        try {
            const auto reply = co_await client.run(pauses_script, std::move(keys), std::move(none));
            co_return read(*reply, connectors.size());
        } catch (const Error& error) {
            if (!spans_servers(error)) throw;
        }
        co_return std::nullopt;
    };
}

PauseBoard::PauseBoard(asio::any_io_executor executor, AskPauses ask, std::chrono::milliseconds interval)
    : executor_(std::move(executor)), ask_(std::move(ask)), interval_(interval) {}

std::shared_ptr<PauseBoard::Seat> PauseBoard::take_seat(const std::string& connector) {
    connectors_.push_back(connector);
    return seats_.emplace_back(std::make_shared<Seat>(executor_));
}

asio::awaitable<void> PauseBoard::run(net::Interruption& interruption) {
    for (bool goes_on = true; goes_on;) {
        const bool can_tell = co_await look();
        if (!can_tell) break;
        goes_on = co_await interruption.try_sleep(interval_);
    }
}

// False when nobody can be told this way.
asio::awaitable<bool> PauseBoard::look() {
    std::optional<std::vector<PauseTold>> all;
    std::exception_ptr trouble;
    try {
        all = co_await ask_(connectors_);
    } catch (const std::exception&) {
        trouble = std::current_exception();
    }
    if (trouble)
        tell_trouble(trouble);
    else
        tell(all.value_or(std::vector<PauseTold>(seats_.size())));
    co_return trouble || all;
}

void PauseBoard::tell(const std::vector<PauseTold>& all) {
    for (std::size_t i = 0; i < seats_.size(); ++i) {
        auto& seat = *seats_[i];
        const bool was_in_trouble = std::exchange(seat.trouble, nullptr) != nullptr;
        const bool was_answered = std::exchange(seat.is_answered, true);
        if (was_answered && !was_in_trouble && seat.told == all[i]) continue;
        seat.told = all[i];
        seat.tell_news();
    }
}

void PauseBoard::tell_trouble(const std::exception_ptr& trouble) {
    for (const auto& seat : seats_) {
        const bool was_well = !std::exchange(seat->trouble, trouble);
        seat->is_answered = true;
        if (was_well) seat->tell_news();
    }
}

asio::awaitable<std::optional<Pause>> BoardedPauseSwitch::state() {
    while (!seat_->is_answered) co_await seat_->changed.wait();
    seat_->is_news = false;
    if (seat_->trouble) std::rethrow_exception(seat_->trouble);
    if (seat_->told.is_known) co_return seat_->told.pause;
    auto own = co_await own_.state();
    co_return own;
}

asio::awaitable<bool> BoardedPauseSwitch::wait(std::chrono::milliseconds interval,
                                               net::Interruption& interruption) {
    if (seat_->is_news) co_return !interruption.is_requested();
    const bool asks_itself = !seat_->trouble && !seat_->told.is_known;
    const auto end = asks_itself ? std::chrono::steady_clock::now() + interval : net::Event::Time::max();
    const bool goes_on = co_await seat_->changed.wait_until(end, interruption);
    co_return goes_on;
}

}  // namespace redis
