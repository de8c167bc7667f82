#include "sync/connector.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "calendly/parse.hpp"
#include "redis/error.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds start_within{10};    // what is read
constexpr std::size_t most_people = 128;            // besides those that wait for their next attempt
constexpr std::size_t most_loaded = 2048;           // entries in memory
constexpr std::size_t most_held = 8 * most_loaded;  // entries, those that are only known by their ids, too
constexpr std::size_t most_left = most_loaded / 2;  // of what others left, at once
constexpr std::chrono::milliseconds crowded_pause{20};

std::size_t left_of(std::size_t limit, std::size_t used) {
    return limit - std::min(limit, used);
}

}  // namespace

Connector::Connector(asio::any_io_executor executor, config::Connector configuration, World world,
                     std::shared_ptr<spdlog::logger> log, Timing timing)
    : executor_(executor),
      configuration_(std::move(configuration)),
      world_(world),
      log_(std::move(log)),
      timing_(timing),
      interruption_(world.interruption),
      calendly_retry_(api::ApiName::calendly, apis_, interruption_, waiting_, log_, timing.patience,
                      [this] { on_park(); }),
      contacts_retry_(api::ApiName::brevo_contacts, apis_, interruption_, waiting_, log_, timing.patience,
                      [this] { on_park(); }),
      events_retry_(api::ApiName::brevo_events, apis_, interruption_, waiting_, log_, timing.patience,
                    [this] { on_park(); }),
      lookup_(world.calendly, calendly_retry_, waiting_, counters_, log_),
      links_(lookup_, {configuration_.mapping.follow_links, world.calendly.origin()}),
      leases_(executor, world.store, interruption_, waiting_),
      account_(configuration_, world.brevo, contacts_retry_, log_),
      writer_(world.brevo, account_, contacts_retry_, events_retry_, counters_, log_),
      performer_(configuration_, world.store, account_.account(), writer_, counters_, log_),
      dead_letters_(world.store, counters_, log_),
      worker_(configuration_, dead_letters_, links_, performer_, leases_, counters_, log_),
      lanes_(executor, [this](std::string person,
                              Lanes::Turn turn) { return work(std::move(person), std::move(turn)); }),
      intake_(configuration_, world.store, dead_letters_, lookup_, lanes_, counters_, log_),
      limited_log_(log_) {}

ConnectorStatus Connector::status() const {
    return {configuration_.name, counters_, apis_, redis_up_, account_.problem(), lanes_.held().size()};
}

void Connector::stop() {
    interruption_.request();
    world_.stream.interrupt();
    lanes_.abandon_waiting();
}

asio::awaitable<void> Connector::run() {
    using namespace asio::experimental::awaitable_operators;
    co_await (consume() && keep() && watch_account());
    co_await finish();
}

// Lanes end by themselves: what they wait for is either an answer with a deadline or an interrupted sleep.
// Until then what they hold is theirs.
asio::awaitable<void> Connector::finish() {
    asio::steady_timer timer(executor_);
    auto next_keep = std::chrono::steady_clock::now();
    while (!lanes_.is_idle()) {
        timer.expires_after(crowded_pause);
        co_await timer.async_wait(asio::use_awaitable);
        if (lanes_.is_idle() || std::chrono::steady_clock::now() < next_keep) continue;
        next_keep = std::chrono::steady_clock::now() + timing_.keep_interval;
        try {
            co_await keep_held();
        } catch (const redis::Error& error) {
            note_redis_trouble(error.what());
        }
    }
    try {
        co_await world_.stream.leave();
    } catch (const redis::Error& error) {
        log_->warn("{}; this agent's name stays in the consumer group", error.what());
    }
}

void Connector::note_redis_trouble(const std::string& what) {
    redis_up_ = false;
    limited_log_.error(what, what);
}

void Connector::note_redis_answers() {
    if (!redis_up_) log_->info("reading the stream");
    redis_up_ = true;
}

asio::awaitable<bool> Connector::pause(std::chrono::milliseconds duration) {
    try {
        co_await interruption_.sleep(duration);
    } catch (const net::Interrupted&) {
        co_return false;
    }
    co_return true;
}

// Redis is there, perhaps again. Then everybody first says what is theirs: while it was away, nobody could.
asio::awaitable<void> Connector::ensure_group() {
    while (ensuring_group_.count() > 0 && !interruption_.is_requested()) co_await pause(crowded_pause);
    if (has_group_) co_return;
    const net::Waiting::One ensuring(ensuring_group_);
    const auto losses = group_losses_;
    co_await world_.stream.ensure_group();
    co_await keep_held();
    if (is_prepared_) {
        auto lost = co_await world_.stream.take_back(lanes_.held());
        co_await intake_.accept(std::move(lost));
    }
    if (take_over_from_ == std::chrono::steady_clock::time_point::max())
        take_over_from_ = std::chrono::steady_clock::now() + 2 * timing_.keep_interval;
    has_group_ = is_prepared_ && losses == group_losses_;
    note_redis_answers();
}

// Others may have been kept from refreshing what is theirs only when this agent was, too.
void Connector::lose_group() {
    has_group_ = false;  // a restart or FLUSHALL may have lost it
    ++group_losses_;
    if (std::chrono::steady_clock::now() - kept_at_ > 2 * timing_.keep_interval)
        take_over_from_ = std::chrono::steady_clock::time_point::max();
}

asio::awaitable<bool> Connector::prepare() {
    try {
        co_await account_.read();
    } catch (const net::Interrupted&) {
        co_return false;
    }
    co_return true;
}

asio::awaitable<void> Connector::consume() {
    is_prepared_ = co_await prepare();
    for (bool goes_on = is_prepared_; goes_on;) {
        std::string trouble;
        try {
            co_await ensure_group();
            if (!interruption_.is_requested()) goes_on = co_await read_once();
        } catch (const redis::Error& error) {
            trouble = error.what();
        }
        is_reading_ = false;
        const bool was_interrupted = std::exchange(is_read_interrupted_, false);
        if (interruption_.is_requested()) break;
        if (trouble.empty()) continue;
        lose_group();
        if (was_interrupted) continue;
        note_redis_trouble(trouble);
        goes_on = co_await pause(timing_.redis_pause);
    }
}

// People whose calls wait for their next attempt hold nobody else up; nor does one with many entries.
std::size_t Connector::room() const {
    const auto people = std::min(world_.calls_within(start_within), most_people) + waiting_.count();
    return std::min({left_of(people, lanes_.size()), left_of(most_loaded, lanes_.loaded()),
                     left_of(most_held, lanes_.held().size())});
}

// What another agent left has waited for long enough, however much there is to do.
std::size_t Connector::room_for_left() const {
    return std::min(
        {most_left, left_of(2 * most_loaded, lanes_.loaded()), left_of(2 * most_held, lanes_.held().size())});
}

asio::awaitable<bool> Connector::read_once() {
    if (is_parked() || room() == 0) {
        const bool goes_on = co_await pause(crowded_pause);
        co_return goes_on;
    }
    is_reading_ = true;
    auto read = co_await world_.stream.read_new(room(), timing_.block);
    note_redis_answers();
    co_await intake_.accept(std::move(read));
    co_return true;
}

// The read that waits would still consume what comes next.
void Connector::on_park() {
    if (!is_reading_) return;
    is_read_interrupted_ = true;
    world_.stream.interrupt();
}

// Redis trouble in the middle of a batch: the batch is begun again. What nobody foresaw goes to the dead
// letters with its reason, instead of ending the agent again and again.
asio::awaitable<void> Connector::work(std::string person, Lanes::Turn turn) {
    std::string mistake;
    unsigned refusals = 0;
    for (bool goes_on = true; goes_on;) {
        std::string trouble;
        try {
            if (turn.batch.empty()) turn.batch = co_await load(turn.ids);
            if (turn.batch.empty()) break;
            if (mistake.empty()) {
                co_await worker_.process(person, turn.batch);
            } else {
                co_await worker_.refuse(turn.batch, mistake);
            }
            goes_on = false;
        } catch (const redis::Error& error) {
            trouble = error.what();
            if (error.kind() == redis::Error::Kind::refused) ++refusals;
        } catch (const net::Interrupted&) {
            goes_on = false;
        } catch (const std::exception& error) {
            if (!mistake.empty()) trouble = error.what();
            mistake = error.what();
        }
        if (trouble.empty()) continue;
        note_redis_trouble(trouble);
        goes_on = co_await pause(pause_after(refusals));
    }
}

// Without those that are gone.
asio::awaitable<Batch> Connector::load(std::vector<std::string> ids) {
    auto read = co_await world_.stream.read_again(std::move(ids));
    Batch batch;
    for (auto& entry : read.entries) {
        auto delivery = calendly::parse_delivery(entry.body);
        batch.push_back({std::move(entry), std::move(delivery)});
    }
    co_return batch;
}

// A Redis that refuses to write would otherwise cost a call of Brevo a second for each person.
std::chrono::milliseconds Connector::pause_after(unsigned refusals) const {
    if (refusals == 0) return timing_.redis_pause;
    return std::max(timing_.redis_pause, timing_.patience.backoff.after(refusals, 1.0));
}

asio::awaitable<void> Connector::keep() {
    for (bool goes_on = true; goes_on;) {
        try {
            co_await ensure_group();
            co_await keep_held();
            if (!interruption_.is_requested()) note_redis_answers();
            if (is_prepared_) co_await take_over();
        } catch (const redis::Error& error) {
            lose_group();
            if (!interruption_.is_requested()) note_redis_trouble(error.what());
        }
        goes_on = co_await pause(timing_.keep_interval);
    }
}

asio::awaitable<void> Connector::keep_held() {
    std::vector<std::string> held(lanes_.held().begin(), lanes_.held().end());
    co_await world_.stream.refresh(std::move(held));
    co_await leases_.renew();
    kept_at_ = std::chrono::steady_clock::now();
}

asio::awaitable<void> Connector::take_over() {
    if (is_parked() || room_for_left() == 0 || std::chrono::steady_clock::now() < take_over_from_) co_return;
    auto left = co_await world_.stream.take_over(room_for_left(), timing_.take_over_after);
    if (!left.entries.empty())
        log_->warn("taking over {} entries that another agent left", left.entries.size());
    co_await intake_.accept(std::move(left));
}

asio::awaitable<void> Connector::watch_account() {
    try {
        while (true) {
            co_await interruption_.sleep(timing_.account_interval);
            co_await account_.read();
        }
    } catch (const net::Interrupted&) {
        co_return;
    }
}

}  // namespace syncing
