#include "operating/forget.hpp"

#include <fmt/format.h>

#include "calendly/parse.hpp"
#include "rules/person.hpp"
#include "scheduling/acceptance.hpp"
#include "text/text.hpp"

namespace operating {
namespace {

namespace asio = boost::asio;
using redis::WaitingIn;
using std::chrono::steady_clock;

constexpr std::size_t read_at_once = 500;
constexpr std::chrono::milliseconds looks_again_after{500};
// An agent says every five seconds what it holds.
constexpr std::chrono::milliseconds held_recently{20'000};

// Of a body that cannot be read, whoever stands in it may be the person.
bool is_of(const std::string& body, const std::string& person) {
    try {
        return rules::person_in(calendly::parse_delivery(body)) == person;
    } catch (const calendly::ShapeError&) {
        return text::lower_case(body).find(person) != std::string::npos;
    }
}

}  // namespace

static asio::awaitable<std::vector<std::string>> ids_of_person(redis::HistoryStore& streams, WaitingIn stream,
                                                               std::string person) {
    std::vector<std::string> ids;
    for (std::string after = "0-0"; !after.empty();) {
        const auto entries = co_await streams.entries_after(stream, after, read_at_once);
        for (const auto& entry : entries)
            if (is_of(entry.body, person)) ids.push_back(entry.id);
        after = entries.size() < read_at_once ? "" : entries.back().id;
    }
    co_return ids;
}

static asio::awaitable<void> wait_a_little(ForgetWorld& world, steady_clock::time_point deadline,
                                           std::string what) {
    if (steady_clock::now() >= deadline)
        throw StillAtWork(
            fmt::format("{}, and does not come to an end: see calendly-brevo doctor (an API that is "
                        "parked?), or stop the "
                        "agents for a moment; then the same again erases the rest",
                        what));
    co_await world.interruption.sleep(looks_again_after);
}

static asio::awaitable<redis::Lease> take_lease(ForgetWorld& world, std::string person,
                                                steady_clock::time_point deadline) {
    while (true) {
        auto acquired = co_await world.people.acquire(person);
        if (acquired.is_held) co_return acquired.lease;
        co_await wait_a_little(world, deadline, "an agent works on this person");
    }
}

// How many are held.
static asio::awaitable<std::size_t> erase_stream(ForgetWorld& world, WaitingIn stream, std::string person,
                                                 std::size_t& count, bool is_dry_run) {
    auto ids = co_await ids_of_person(world.streams, stream, person);
    if (is_dry_run) {
        count += ids.size();
        co_return 0;
    }
    const auto erased = co_await world.erasure.erase_entries(stream, std::move(ids), held_recently);
    count += erased.count;
    co_return erased.held;
}

static asio::awaitable<std::size_t> erase_streams(ForgetWorld& world, Forgotten& forgotten) {
    const auto& person = forgotten.person;
    const bool is_dry = forgotten.is_dry_run;
    auto held = co_await erase_stream(world, WaitingIn::webhooks, person, forgotten.webhooks, is_dry);
    held += co_await erase_stream(world, WaitingIn::history, person, forgotten.history, is_dry);
    held += co_await erase_stream(world, WaitingIn::dead, person, forgotten.dead_letters, is_dry);
    co_return held;
}

static asio::awaitable<void> erase_the_rest(ForgetWorld& world, Forgotten& forgotten) {
    const auto& person = forgotten.person;
    const auto erasing = forgotten.is_dry_run ? redis::Erasing::no : redis::Erasing::yes;
    forgotten.ledger = co_await world.erasure.ledger(person, erasing);
    forgotten.timeline = co_await world.erasure.timeline(person, erasing);
    forgotten.site_bookings = co_await world.erasure.site_bookings(scheduling::person_of(person), erasing);
}

asio::awaitable<Forgotten> forget(ForgetWorld world, std::string email, bool is_dry_run) {
    Forgotten forgotten;
    forgotten.person = rules::person_of(email);
    forgotten.is_dry_run = is_dry_run;
    const auto& person = forgotten.person;
    forgotten.leases = co_await world.erasure.leases(person, redis::Erasing::no);
    const auto deadline = steady_clock::now() + world.patience;
    while (!is_dry_run) {
        auto lease = co_await take_lease(world, person, deadline);
        const auto held = co_await erase_streams(world, forgotten);
        if (held == 0) break;
        std::vector<redis::Lease> leases{std::move(lease)};
        co_await world.people.release(std::move(leases));
        auto what = fmt::format("an agent holds {} entries of this person", held);
        co_await wait_a_little(world, deadline, std::move(what));
    }
    if (is_dry_run) co_await erase_streams(world, forgotten);
    co_await erase_the_rest(world, forgotten);
    if (!is_dry_run) co_await world.erasure.leases(person, redis::Erasing::yes);
    co_return forgotten;
}

}  // namespace operating
