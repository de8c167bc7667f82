// Half an hour at 200 bookings a second, with everything failing now and then: nothing is lost, the timeline
// explains each booking, memory stays flat, the log a page.
//
//   CALENDLY_BREVO_SOAK_SECONDS=60 build/soak_product_tests --gtest_filter='OutageSoak.*'      not so long
#include <algorithm>
#include <future>
#include <iostream>

#include "e2e/harness/api_troubles.hpp"
#include "e2e/harness/number_from.hpp"
#include "e2e/harness/process_facts.hpp"
#include "e2e/product/fixture.hpp"
#include "e2e/product/guests.hpp"
#include "e2e/product/timeline_follower.hpp"

namespace e2e {
namespace soak_outages_test {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t page_of_log = 60;  // lines
constexpr std::size_t most_memory = 40 << 20, most_growth = 4 << 20;
constexpr harness::Duration settling_deadline = 10min;

std::chrono::seconds duration() {
    return std::chrono::seconds(harness::number_from("CALENDLY_BREVO_SOAK_SECONDS").value_or(1800));
}

// Something that fails now and then, in a short soak as often as four times; seldom together with others.
struct Failure {
    Failure(std::string what, milliseconds usually, std::function<void()> action)
        : name(std::move(what)),
          every(std::min<milliseconds>(usually, duration() / 4)),
          strike(std::move(action)),
          next(steady_clock::now() + every * (++made % 10) / 10) {}

    inline static int made = 0;

    std::string name;
    milliseconds every;
    std::function<void()> strike;
    steady_clock::time_point next;
    std::size_t strikes = 0;
};

class OutageSoak : public ProductTest {
protected:
    // One agent lives through all of it, the other one dies again and again.
    void begin() {
        allow_error("");
        harness::SystemOptions options;
        options.sandbox = {"--deliveries-at-once", "64", "--journal", "20000"};
        start(std::move(options));
        steady_ = &agent();
        fragile_ = &system_->start_agent();
        timeline_.emplace(system_->write_configuration(), system_->folder() / "tail.output");
        sign_in();
    }

    std::vector<Failure> failures() {
        std::vector<Failure> all;
        all.emplace_back("calls spoiled", 3s, [this] { spoil_calls(4); });
        all.emplace_back("contacts refused for good", 7s, [this] { refuse_a_contact(); });
        all.emplace_back("answers to webhooks lost", 20s, [this] {
            sandbox().fault("webhooks", {}, {{"cut", "after"}}, 3);
        });
        all.emplace_back("connections to Redis cut", 45s, [this] {
            system_->redis().client().command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
        });
        all.emplace_back("nginx reloaded", 50s, [this] { system_->nginx().signal(SIGHUP); });
        all.emplace_back("Brevo down", 60s, [this] { be_down("brevo"); });
        all.emplace_back("Calendly down", 75s, [this] { be_down("calendly"); });
        all.emplace_back("Redis frozen", 90s, [this] {
            system_->redis().freeze();
            std::this_thread::sleep_for(3s);
            system_->redis().thaw();
        });
        all.emplace_back("an agent killed", 300s, [this] {
            fragile_->kill();
            fragile_ = &system_->start_agent();
        });
        all.emplace_back("Redis killed", 200s, [this] {
            system_->redis().kill();
            system_->redis().start();
        });
        return all;
    }

    // Everybody books, and everything fails; gives how long the booking took.
    std::chrono::duration<double> endure(const Guests& guests, std::vector<Failure>& failures) {
        const auto begin = steady_clock::now();
        auto booking = std::async(std::launch::async, [&] { return guests.book(sandbox()); });
        while (booking.wait_for(200ms) != std::future_status::ready) {
            strike_what_is_due(failures);
            watch_memory(steady_clock::now() - begin < duration() / 10 ||
                         std::ranges::any_of(failures, [](const auto& each) { return each.strikes == 0; }));
            timeline_->read_on();
            ask_the_page();
        }
        sandbox().clear_faults();
        return booking.get();
    }

    // The most memory of the agent that lives: in the first tenth, when everything has failed once, and
    // later.
    std::size_t early_memory_ = 0, late_memory_ = 0;
    // Times that the operators' API was asked about somebody who was synced just now, and told it.
    std::size_t explained_ = 0;

    void settle_all() {
        harness::wait_until([&] { return !sandbox().has_pending_deliveries(); },
                            "every webhook should be accepted", settling_deadline);
        harness::wait_until([&] { return system_->backlog() == 0; }, "everything should be worked on",
                            settling_deadline);
        read_the_rest();
    }

    // Redis has given each entry an id: the last one is known.
    void read_the_rest() {
        auto client = system_->redis().client();
        const auto added = client.integer({"EVAL", R"(
local info = redis.call('XINFO', 'STREAM', KEYS[1])
for i = 1, #info, 2 do
  if info[i] == 'entries-added' then return info[i + 1] end
end)",
                                           "1", shared::connector_key("calendly", "timeline")});
        harness::wait_until(
            [&] {
                timeline_->read_on();
                return timeline_->entries() >= static_cast<std::size_t>(added);
            },
            "tail should show all of the timeline");
    }

    // Those who have no contact, or another one than they should.
    std::vector<std::string> wronged(const Guests& guests) {
        std::unordered_map<std::string, std::string> contacts;
        sandbox().for_each_contact([&](const json::object& contact) {
            contacts[text_at(contact, "/email")] =
                text_at(contact, "/attributes/BOOKING_STATUS") + text_at(contact, "/listIds");
        });
        std::vector<std::string> wronged;
        for (std::size_t i = 0; i < guests.count(); ++i)
            if (contacts[Guests::email(i)] != Guests::status(i) + Guests::lists(i))
                wronged.push_back(Guests::email(i));
        return wronged;
    }

    // Bookings of which the timeline has not told.
    std::vector<std::string> unexplained(const Guests& guests) const {
        std::vector<std::string> all;
        for (std::size_t i = 0; i < guests.count(); ++i)
            for (const auto& [invitee, event] : Guests::changes(i))
                if (!timeline_->tells(invitee, event)) all.push_back(invitee + ' ' + event);
        return all;
    }

    // All that the timeline calls synced was sent. What an agent had sent when it was killed may be sent
    // again, or be overtaken by then; the timeline tells of it in any case.
    void expect_the_events_of_the_timeline() {
        std::unordered_set<std::string> sent;
        std::size_t repeated = 0, overtaken = 0;
        sandbox().for_each_event([&](const json::object& event) {
            const auto change_id = text_at(event, "/event_properties/change_id");
            if (!sent.insert(change_id).second) ++repeated;
            if (timeline_->synced().contains(change_id)) return;
            ++overtaken;
            const auto invitee = change_id.substr(change_id.rfind('/') + 1);
            EXPECT_TRUE(timeline_->tells(invitee, text_at(event, "/event_name"))) << change_id;
        });
        std::cout << sent.size() << " events, " << repeated << " of them more than once, " << overtaken
                  << " overtaken when they had been sent\n";
        const auto is_missing = [&](const auto& change_id) { return !sent.contains(change_id); };
        EXPECT_EQ(std::ranges::count_if(timeline_->synced(), is_missing), 0) << "events that were not sent";
    }

    // Of each agent's life: one that begins anew says what it finds.
    void expect_one_page(harness::AgentProcess& agent) {
        const auto log = agent.log();
        const auto lines = static_cast<std::size_t>(std::ranges::count(log, '\n'));
        std::cout << lines << " lines of log\n";
        EXPECT_LE(lines, page_of_log) << log.substr(0, 40'000);
    }

    harness::AgentProcess* steady_ = nullptr;
    harness::AgentProcess* fragile_ = nullptr;
    std::optional<TimelineFollower> timeline_;

private:
    void sign_in() {
        const harness::HttpRequest request{
            "POST",
            "/api/v1/session",
            {{"Origin", "http://localhost"}, {"Content-Type", "application/json"}},
            "{}"};
        const auto begun = harness::send_once(steady_->admin_port(), request);
        ASSERT_EQ(begun.status, 200u) << begun.body;
        const auto cookie = begun.header("set-cookie");
        cookie_ = cookie.substr(0, cookie.find(';'));
    }

    static void strike_what_is_due(std::vector<Failure>& failures) {
        for (auto& failure : failures) {
            if (steady_clock::now() < failure.next) continue;
            failure.strike();
            ++failure.strikes;
            failure.next = steady_clock::now() + failure.every;
        }
    }

    void spoil_calls(int count) {
        for (int i = 0; i < count; ++i) {
            const bool is_brevo = random_.chance(60);
            auto trouble =
                random_.chance(25) ? harness::gateway_page(random_) : harness::api_trouble(random_, is_brevo);
            sandbox().fault(is_brevo ? "brevo" : "calendly", {}, std::move(trouble),
                            static_cast<int>(random_.between(1, 3)),
                            static_cast<int>(random_.between(0, 400)));
        }
    }

    // That is a dead letter.
    void refuse_a_contact() {
        sandbox().fault(
            "brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
            {{"status", 400}, {"body", {{"code", "invalid_parameter"}, {"message", "no such thing"}}}});
    }

    void be_down(const std::string& api) {
        sandbox().fault(api, {}, {{"status", 503}}, -1);
        std::this_thread::sleep_for(5s);
        sandbox().clear_faults();
    }

    void watch_memory(bool is_early) {
        auto& most = is_early ? early_memory_ : late_memory_;
        most = std::max(most, harness::anonymous_memory(steady_->id()));
    }

    // Redis may be away just now: then it cannot be told.
    void ask_the_page() {
        const auto person = timeline_->last_synced_person();
        if (person.empty() || person == asked_) return;
        asked_ = person;
        const auto answer = harness::send_once(
            steady_->admin_port(), {"GET",
                                    "/api/v1/connectors/calendly/timeline?reveal=1&person=" + person,
                                    {{"Cookie", cookie_}},
                                    {}});
        if (answer.status == 503) return;
        ASSERT_EQ(answer.status, 200u) << answer.body;
        const auto page = json::parse(answer.body);
        EXPECT_EQ(text_at(page, "/items/0/person"), person);
        EXPECT_THAT(text_at(page, "/items/0/outcome"), testing::AnyOf("synced", "repeated", "left_alone"));
        ++explained_;
    }

    std::string cookie_, asked_;
    harness::Random random_{1};
};

TEST_F(OutageSoak, LosesNothingExplainsEachBookingStaysSmallAndSaysLittle) {
    begin();
    const Guests guests(duration());
    auto failing = failures();
    const auto lasted = endure(guests, failing);
    for (const auto& failure : failing) {
        std::cout << failure.strikes << " times: " << failure.name << std::endl;
        EXPECT_GT(failure.strikes, 0u) << failure.name;
    }
    settle_all();
    std::cout << guests.count() << " bookings in " << lasted.count()
              << " s; timeline: " << timeline_->entries() << " entries, of these synced "
              << timeline_->count("synced") << ", repeated " << timeline_->count("repeated") << ", dead "
              << timeline_->count("dead") << "; memory of the agent, bytes: " << early_memory_
              << " in the first tenth, then " << late_memory_ << std::endl;
    EXPECT_LT(lasted.count(), 1.05 * static_cast<double>(duration().count()) + 3)
        << "the machine is too slow for " << Guests::a_second << " bookings a second";

    EXPECT_EQ(static_cast<std::size_t>(system_->dead()), timeline_->count("dead"));
    for (const auto& person : wronged(guests))
        EXPECT_TRUE(timeline_->dead().contains(person)) << person << " is lost";
    EXPECT_EQ(run({"dead", "replay", "--status", "400", "--yes"}).exit_code, 0);
    settle_all();
    EXPECT_EQ(system_->dead(), 0);
    EXPECT_EQ(sandbox().get("/health").at("contacts").to_number<std::size_t>(), guests.count());
    EXPECT_THAT(wronged(guests), testing::IsEmpty());

    EXPECT_EQ(timeline_->gaps(), 0u) << "the timeline is read while it is written";
    EXPECT_THAT(unexplained(guests), testing::IsEmpty());
    EXPECT_GT(explained_, static_cast<std::size_t>(duration().count()) / 4) << "so often it was asked for";
    expect_the_events_of_the_timeline();
    EXPECT_EQ(timeline_->stop(), 0);

    for (auto& each : system_->agents()) expect_one_page(each);
    if (harness::is_sanitized(steady_->id())) return;
    EXPECT_LT(late_memory_, most_memory);
    if (duration() < 10min) return;  // the first tenth of a short soak has not seen everything
    EXPECT_LT(late_memory_, early_memory_ + most_growth) << "flat after the first tenth";
}

}  // namespace soak_outages_test
}  // namespace e2e
