#include "sync/entry_reader.hpp"

#include <algorithm>
#include <utility>

#include "redis/error.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;

// No more people are taken on than the limits of the APIs let us begin with within this time: the rest is
// better left to other agents.
constexpr std::chrono::seconds start_within{10};

// A read that finds nothing at once shows that there is nothing.
constexpr std::chrono::milliseconds at_once{1};

}  // namespace

EntryReader::EntryReader(Parts parts, net::Interruption& interruption, const Timing& timing)
    : parts_(std::move(parts)), interruption_(interruption), timing_(timing) {}

asio::awaitable<void> EntryReader::run() {
    Troubles::Work work(parts_.troubles);
    for (bool goes_on = true; goes_on;) {
        const auto mishap = co_await try_once(goes_on, work);
        is_reading_ = false;
        const bool was_interrupted = std::exchange(is_read_interrupted_, false);
        if (interruption_.is_requested()) break;
        if (!mishap) continue;
        has_caught_up_ = false;
        parts_.membership.lose();
        if (was_interrupted) continue;
        if (!mishap->redis.empty()) parts_.redis.note_trouble(mishap->redis);
        goes_on = co_await interruption_.try_sleep(mishap->pause);
    }
}

// Whatever goes wrong, what was read and reached no lane is taken back once the group is known to be there.
asio::awaitable<EntryReader::Result> EntryReader::try_once(bool& goes_on, Troubles::Work& work) {
    try {
        co_await parts_.membership.ensure();
        if (!interruption_.is_requested()) goes_on = co_await read_once();
        work.is_well();
        co_return std::nullopt;
    } catch (const redis::BrokenKey& error) {
        co_return Mishap{"", work.meets(error)};
    } catch (const redis::Error& error) {
        co_return Mishap{error.what(), timing_.redis_pause};
    } catch (const std::exception& error) {
        co_return Mishap{"", work.meets(error)};
    }
}

// People who only wait for their next attempt use no calls, so as many more may start. One person's long
// queue counts by its entries in memory, so that it does not fill the room.
std::size_t EntryReader::room() const {
    const auto& lanes = parts_.lanes;
    const auto people = std::min(parts_.calls_within(start_within), most_people) + parts_.waiting.count();
    if (!parts_.first)
        return std::min({left_of(people, lanes.size()), left_of(most_loaded, lanes.loaded()),
                         left_of(most_held, lanes.held().size())});
    if (!parts_.first->has_caught_up()) return 0;
    const auto& before = parts_.first->parts_.lanes;
    return std::min({left_of(std::min(people, most_people / part_of_history), before.size() + lanes.size()),
                     left_of(most_loaded / part_of_history, before.loaded() + lanes.loaded()),
                     left_of(most_held / part_of_history, before.held().size() + lanes.held().size())});
}

asio::awaitable<bool> EntryReader::read_once() {
    const auto most = room();
    if (is_held_back(parts_.apis, parts_.pause) || most == 0) {
        has_caught_up_ = false;
        const auto end = std::chrono::steady_clock::now() + timing_.crowded_pause;
        const bool goes_on = co_await parts_.lanes.progress().wait_until(end, interruption_);
        co_return goes_on;
    }
    is_reading_ = true;
    auto read = co_await parts_.queue.read_new(most, has_caught_up_ ? timing_.block : at_once);
    parts_.redis.note_answer();
    has_caught_up_ = read.entries.size() + read.unreadable.size() < most;
    // Producers append history person by person. A webhook is never kept waiting.
    if (parts_.first) parts_.lanes.begin_read(!has_caught_up_);
    co_await parts_.intake.accept(std::move(read));
    co_return true;
}

void EntryReader::end_waiting() {
    if (!is_reading_) return;
    is_read_interrupted_ = true;
    parts_.queue.interrupt();
}

}  // namespace syncing
