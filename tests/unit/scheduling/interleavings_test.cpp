// Visitors, agents that are killed, answers that are lost or late, in any order: never two bookings for one
// key, never one slot given twice, never a booking that the visitor is not told of in the end.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "calendly/scheduling_codec.hpp"
#include "redis/error.hpp"
#include "text/base64url.hpp"
#include "unit/scheduling/fixture.hpp"

namespace interleavings_test {

namespace asio = boost::asio;
using namespace scheduling_test;

// One round: what all agents share, and the dice.
struct Round {
    explicit Round(unsigned seed) : dice(seed) {}

    bool happens(int percent) { return static_cast<int>(dice() % 100) < percent; }

    std::mt19937 dice;
    Outside outside;
    bool has_faults = true;
    std::vector<calendly::NewBooking> late;  // sent, and done by Calendly later
};

asio::awaitable<void> let_others_go_on() {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

struct Life {
    bool is_over = false;
};

// Redis as one agent sees it: between two steps others go on; when it has been killed nothing gets there.
class StoreOfAgent final : public redis::BookingStore {
public:
    StoreOfAgent(Round& round, const Life& life) : store_(round.outside.store), life_(life) {}

    asio::awaitable<std::string> secret() override { return step(store_.secret()); }
    asio::awaitable<redis::ClaimResult> recall(redis::BookingClaim claim) override {
        return step(store_.recall(claim));
    }
    asio::awaitable<redis::ClaimResult> claim(redis::BookingClaim claim) override {
        return step(store_.claim(claim));
    }
    asio::awaitable<bool> hold(std::string key, std::string owner) override {
        return step(store_.hold(key, owner));
    }
    asio::awaitable<std::vector<std::string>> open_of(std::string email) override {
        return step(store_.open_of(email));
    }
    asio::awaitable<bool> note_sent(std::string key, std::string owner) override {
        return step(store_.note_sent(key, owner));
    }
    asio::awaitable<void> finish(redis::BookingClaim claim, std::string answer, std::string id,
                                 std::int64_t start) override {
        co_await step_void();
        co_await store_.finish(claim, answer, id, start);
        co_await step_void();
    }
    asio::awaitable<void> give_up(redis::BookingClaim claim) override {
        co_await step_void();
        co_await store_.give_up(claim);
        co_await step_void();
    }
    asio::awaitable<void> unlock(std::string key, std::string owner) override {
        co_await step_void();
        co_await store_.unlock(key, owner);
    }
    asio::awaitable<void> close(std::string email, std::string id) override {
        return store_.close(email, id);
    }
    asio::awaitable<bool> count_day(std::string day, std::int64_t most) override {
        return step(store_.count_day(day, most));
    }
    asio::awaitable<void> uncount_day(std::string day) override { return store_.uncount_day(day); }
    asio::awaitable<void> note_page(std::string type, std::string url) override {
        return store_.note_page(type, url);
    }
    asio::awaitable<std::string> page_of(std::string type) override { return store_.page_of(type); }

private:
    asio::awaitable<void> step_void() {
        co_await let_others_go_on();
        if (life_.is_over) throw redis::Error(redis::Error::Kind::connection, "killed");
    }
    template <typename T>
    asio::awaitable<T> step(asio::awaitable<T> work) {
        co_await step_void();
        auto result = co_await std::move(work);
        co_await step_void();
        co_return result;
    }

    fakes::BookingStore& store_;
    const Life& life_;
};

class CalendlyOfAgent final : public calendly::SchedulingApi {
public:
    CalendlyOfAgent(Round& round, const Life& life) : round_(round), life_(life) {}

    asio::awaitable<api::Answer<calendly::BookableType>> bookable_type(std::string id) override {
        return round_.outside.calendly.bookable_type(id);
    }
    asio::awaitable<api::Answer<std::string>> email_of(std::string owner) override {
        return round_.outside.calendly.email_of(owner);
    }
    asio::awaitable<api::Answer<std::vector<calendly::OfferedTime>>> available_times(
        std::string uri, calendly::Timestamp from, calendly::Timestamp to) override {
        co_await let_others_go_on();
        auto times = co_await round_.outside.calendly.available_times(uri, from, to);
        co_return times;
    }
    asio::awaitable<api::Answer<calendly::Invitee>> book(calendly::NewBooking booking,
                                                         http::Guard guard) override {
        co_await let_others_go_on();
        if (life_.is_over || !guard()) co_return lost();
        if (round_.has_faults && round_.happens(15)) co_return lost();
        if (round_.has_faults && round_.happens(5)) co_return fakes::SchedulingApi::failure(500);
        if (round_.has_faults && round_.happens(5)) co_return fakes::SchedulingApi::failure(429);
        // Where there are several places, nothing tells Calendly that one that comes so late is not wanted.
        if (round_.has_faults && round_.outside.calendly.places == 1 && round_.happens(10)) {
            round_.late.push_back(booking);
            co_return lost();
        }
        auto answer = round_.outside.calendly.make(booking);
        co_await let_others_go_on();
        if (round_.has_faults && round_.happens(15)) co_return lost();
        co_return answer;
    }
    asio::awaitable<api::Answer<bool>> cancel_event(std::string, std::string) override { co_return true; }

private:
    static api::ApiFailure lost() { return fakes::SchedulingApi::failure(0); }

    Round& round_;
    const Life& life_;
};

// An agent, and its visitors: one io_context, stepped from outside.
class Agent {
public:
    explicit Agent(Round& round)
        : store_(round, life_),
          calendly_(round, life_),
          interruption_(io_.get_executor()),
          desk_(connector_of_many(),
                scheduling::World{calendly_, round.outside.listing, round.outside.account, store_,
                                  interruption_, silence(), [] { return now; }, 0ms}) {}

    void kill() { life_.is_over = true; }
    bool is_killed() const { return life_.is_over; }
    void step() {
        io_.restart();
        io_.poll_one();
    }
    void book(scheduling::BookingRequest request,
              std::function<void(scheduling::Outcome<std::string>)> told) {
        asio::co_spawn(io_, desk_.book("demo", std::move(request)),
                       [told](std::exception_ptr error, scheduling::Outcome<std::string> outcome) {
                           if (error) std::rethrow_exception(error);
                           told(std::move(outcome));
                       });
    }
    // Until nothing of it goes on any more.
    void finish() {
        io_.restart();
        io_.run();
    }

private:
    static config::Connector connector_of_many() {
        auto settings = connector();
        settings.scheduling.per_email = 1000;
        settings.scheduling.plan_bookings_per_day = 1000;
        return settings;
    }

    Life life_;
    asio::io_context io_;
    StoreOfAgent store_;
    CalendlyOfAgent calendly_;
    net::Interruption interruption_;
    scheduling::Desk desk_;
};

struct Visitor {
    std::string key;
    json::object body;
    std::shared_ptr<bool> waits = std::make_shared<bool>(false);  // for an answer of an agent that lives
    Agent* agent = nullptr;
    bool is_told = false;
    bool is_booked = false;
};

using Code = scheduling::Refusal::Code;

bool is_final(Code code) {
    return code == Code::taken || code == Code::invalid || code == Code::limited;
}

class Interleaving {
public:
    explicit Interleaving(unsigned seed) : round_(seed) {
        round_.outside.calendly.places = 1 + seed % 2 * 2;
        add_agent();
        add_agent();
        for (int i = 0; i < 4; ++i) {
            Visitor visitor;
            visitor.key = "key-of-a-visitor-" + std::to_string(i);
            visitor.body = body(1 + static_cast<int>(round_.dice() % 2), "v" + std::to_string(i) + "@x.org");
            visitors_.push_back(std::move(visitor));
        }
    }

    void run() {
        for (int steps = 0; !all_told(); ++steps) {
            ASSERT_LT(steps, 200'000) << "somebody is never told";
            round_.has_faults = steps < 600;
            something_happens();
        }
        for (auto& agent : agents_) agent->finish();
        for (auto& booking : round_.late) round_.outside.calendly.make(booking);
        check();
    }

private:
    void add_agent() { agents_.push_back(std::make_unique<Agent>(round_)); }

    bool all_told() const {
        return std::ranges::all_of(visitors_, [](const auto& visitor) { return visitor.is_told; });
    }

    void something_happens() {
        auto& visitor = visitors_[round_.dice() % visitors_.size()];
        auto& agent = *agents_[round_.dice() % agents_.size()];
        if (!visitor.is_told && !*visitor.waits && !agent.is_killed()) ask(visitor, agent);
        if (round_.has_faults && round_.happens(1)) kill_one();
        if (!round_.late.empty() && round_.happens(3)) {
            round_.outside.calendly.make(round_.late.back());
            round_.late.pop_back();
        }
        for (auto& one : agents_)
            if (round_.happens(60)) one->step();
    }

    void ask(Visitor& visitor, Agent& agent) {
        // What a killed agent answers is heard by nobody.
        const auto waits = std::make_shared<bool>(true);
        visitor.waits = waits;
        visitor.agent = &agent;
        agent.book(request(visitor.key, visitor.body), [&visitor, waits, &agent](auto outcome) {
            if (!*waits || agent.is_killed()) return;
            *waits = false;
            visitor.is_booked = outcome.has_value();
            visitor.is_told = outcome || is_final(outcome.error().code);
        });
    }

    // Its locks end by themselves; its visitors see their connections cut.
    void kill_one() {
        auto& agent = *agents_[round_.dice() % agents_.size()];
        if (agent.is_killed()) return;
        agent.kill();
        for (auto& visitor : visitors_)
            if (visitor.agent == &agent && *visitor.waits) {
                *visitor.waits = false;
                round_.outside.store.locks.erase(text::base64url_sha256("key " + visitor.key));
            }
        add_agent();
    }

    void check() {
        std::map<std::string, int> of_key, of_slot;
        for (const auto& meeting : round_.outside.listing.meetings) {
            ++of_slot[std::string(meeting.event.at("start_time").as_string())];
            for (const auto& invitee : meeting.invitees) ++of_key[calendly::token_of(invitee)];
        }
        for (const auto& [slot, count] : of_slot) EXPECT_LE(count, round_.outside.calendly.places) << slot;
        for (const auto& visitor : visitors_) {
            const auto token = scheduling::token_of_key(text::base64url_sha256("key " + visitor.key));
            EXPECT_EQ(of_key[token], visitor.is_booked ? 1 : 0) << visitor.key;
        }
    }

    Round round_;
    std::vector<std::unique_ptr<Agent>> agents_;
    std::vector<Visitor> visitors_;
};

TEST(Interleavings, OfVisitorsLostAnswersAndKillsLeaveOneBookingForAKeyThatItsVisitorKnows) {
    for (unsigned seed = 0; seed < 1000 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        Interleaving interleaving(seed);
        interleaving.run();
    }
}

}  // namespace interleavings_test
