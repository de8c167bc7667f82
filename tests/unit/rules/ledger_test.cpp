// How a ledger is stored: by this version, by older ones and by newer ones.
#include <fstream>
#include <iterator>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>

#include "rules/merge.hpp"
#include "rules/outcome.hpp"
#include "unit/rules/support.hpp"

namespace ledger_test {

namespace json = boost::json;
using namespace rules_support;
using rules::Booking;
using rules::BookingState;
using rules::Ledger;
using testing::HasSubstr;

const Story meeting{"1", at("09:00:00"), at("15:00:00")};

template <typename T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

std::string fixture(const std::string& name) {
    std::ifstream file(std::string(FIXTURES_DIR) + "/ledger/" + name + ".json");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string rewritten(const std::string& text) {
    return rules::serialize(rules::parse_ledger(text));
}

// Whatever the members are: a new one is tried without a word here.
class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    template <typename T>
    void fill(T& value) {
        if constexpr (std::is_same_v<T, rules::UnknownMembers>) return;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) { make(value.*member.pointer); });
    }

private:
    unsigned below(unsigned end) { return std::uniform_int_distribution<unsigned>(0, end - 1)(random_); }

    template <typename T>
    requires boost::describe::has_describe_members<T>::value void make(T& value) { fill(value); }
    void make(std::string& value) {
        static const std::vector<std::string> texts = {"", "", "x", "\"q\"\n\\", "\u00e9\u4e2d", "state"};
        value = texts[below(static_cast<unsigned>(texts.size()))];
    }
    void make(bool& value) { value = below(2) == 1; }
    void make(std::int64_t& value) { value = below(1000); }
    void make(Timestamp& value) { value = Timestamp(std::chrono::microseconds(below(1'000'000'000))); }
    void make(BookingState& value) { value = static_cast<BookingState>(below(4)); }
    void make(std::pair<std::string, std::string>& value) {
        make(value.first);
        make(value.second);
    }
    template <typename T>
    void make(std::optional<T>& value) {
        if (below(2) == 1) make(value.emplace());
    }
    template <typename T>
    void make(std::vector<T>& values) {
        for (auto count = below(3); count > 0; --count) make(values.emplace_back());
    }
    template <typename T>
    void make(std::set<T>& values) {
        for (auto count = below(4); count > 0; --count) {
            T value;
            make(value);
            values.insert(value);
        }
    }
    template <typename T>
    void make(std::map<std::string, T>& values) {
        for (auto count = below(4); count > 0; --count) make(values["key " + std::to_string(count)]);
    }

    std::minstd_rand random_;
};

Ledger generated(unsigned seed) {
    Ledger ledger;
    Generator(seed).fill(ledger);
    return ledger;
}

// Every object gets a member that nobody knows, as a newer version might add; maps have keys, not
// members.
void add_unknown(json::value& value, bool is_map = false) {
    if (auto* array = value.if_array())
        for (auto& element : *array) add_unknown(element);
    auto* object = value.if_object();
    if (!object) return;
    for (auto& [name, member] : *object)
        add_unknown(member, name == "bookings" || name == "forms" || name == "refused_phones");
    if (!is_map) (*object)["zz_new"] = {{"deep", {1, "two", nullptr}}, {"state", 7}};
}

// As 0.1.0 wrote it.
std::string in_form_of_0_1_0(const std::string& text) {
    static const std::map<std::string, int> numbers = {
        {"rescheduled", 0}, {"canceled", 1}, {"no_show", 2}, {"booked", 3}};
    auto ledger = json::parse(text).as_object();
    ledger.erase("version");
    if (auto* bookings = ledger.if_contains("bookings"))
        for (auto& [uri, booking] : bookings->as_object()) {
            auto& state = booking.at("state");
            state = numbers.at(std::string(state.as_string()));
        }
    return json::serialize(ledger);
}

constexpr unsigned rounds = 300;

TEST(Ledger, WhatIsWrittenIsReadWhateverItIs) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        const auto text = rules::serialize(generated(seed));
        EXPECT_EQ(rewritten(text), text) << seed;
    }
}

TEST(Ledger, WhatANewerVersionAddedIsWrittenAgainWhereverItStood) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        auto newer = json::parse(rules::serialize(generated(seed)));
        add_unknown(newer);
        const auto text = rewritten(json::serialize(newer));
        EXPECT_EQ(json::parse(text), newer) << seed;
        EXPECT_EQ(rewritten(text), text) << seed;
    }
}

TEST(Ledger, InTheFormOf010IsReadAndIsNoChangeByThatAlone) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        const auto text = rules::serialize(generated(seed));
        const auto old = in_form_of_0_1_0(text);
        EXPECT_EQ(rewritten(old), text) << old;
        EXPECT_TRUE(rules::says_the_same(old, text)) << old;
    }
}

TEST(Ledger, That010WroteIsRead) {
    const auto text = fixture("0.1.0/every_state");
    const auto ledger = rules::parse_ledger(text);
    EXPECT_TRUE(json::parse(in_form_of_0_1_0(rules::serialize(ledger))) == json::parse(text))
        << "every member is where it was";
    const auto state = [&](const std::string& name) { return ledger.bookings.at(invitee_uri(name)).state; };
    EXPECT_EQ(state("booked"), BookingState::booked);
    EXPECT_EQ(state("canceled"), BookingState::canceled);
    EXPECT_EQ(state("missed"), BookingState::no_show);
    EXPECT_EQ(state("undone"), BookingState::booked);
    EXPECT_EQ(state("old"), BookingState::rescheduled);
    EXPECT_EQ(state("new"), BookingState::booked);
    EXPECT_EQ(state("unseen"), BookingState::rescheduled) << "known by its URI alone";
    EXPECT_EQ(ledger.forms.size(), 1u);
    EXPECT_EQ(ledger.lists, (std::set<brevo::ListId>{10, 11, 21}));
    EXPECT_TRUE(ledger.contact_written);
    EXPECT_TRUE(ledger.done.contains(rules::canceled_id(invitee_uri("canceled"))));
    EXPECT_TRUE(ledger.unknown.empty());
}

TEST(Ledger, OfAPersonWhoMovedAwayAndOfNobodyThat010WroteIsRead) {
    const auto moved = rules::parse_ledger(fixture("0.1.0/moved_away"));
    EXPECT_EQ(moved.bookings.at(invitee_uri("moved")).state, BookingState::rescheduled);
    EXPECT_EQ(moved.bookings.at(invitee_uri("moved")).invitee.cancellation.value().canceler_type, "host");
    EXPECT_TRUE(rules::parse_ledger(fixture("0.1.0/empty")).bookings.empty());
}

TEST(Ledger, ProgressThat010WroteIsRead) {
    const auto text = fixture("0.1.0/progress");
    EXPECT_EQ(rules::serialize(rules::parse_progress(text)), text);
    EXPECT_EQ(rules::parse_progress(text).sent.size(), 2u);
}

TEST(Ledger, CarriesItsVersionAndStatesByName) {
    const auto text = rules::serialize(fold_all({meeting.booked(), meeting.no_show("N", at("15:10:00"))}));
    EXPECT_THAT(text, testing::StartsWith("{\"version\":2,"));
    EXPECT_THAT(text, HasSubstr("\"state\":\"no_show\""));
}

// A newer agent then sees that an older one has been at work since.
TEST(Ledger, OfANewerVersionIsReadAndCarriesTheNumberOfWhoWroteLast) {
    EXPECT_EQ(rewritten(R"({"version":3,"done":["x"],"new":{}})"), R"({"version":2,"done":["x"],"new":{}})");
}

TEST(Ledger, OfAnotherVersionIsAChangeWhenItSaysSomethingElse) {
    rules::Outcome outcome;
    outcome.stored = fixture("0.1.0/every_state");
    outcome.ledger = rules::parse_ledger(outcome.stored);
    outcome.done_before = outcome.ledger.done.size();
    EXPECT_FALSE(outcome.is_news());
    EXPECT_EQ(outcome.changed_ledger(), "");
    outcome.ledger.lists.insert(12);
    EXPECT_TRUE(outcome.is_news());
    EXPECT_EQ(outcome.changed_ledger(), rules::serialize(outcome.ledger));
    EXPECT_FALSE(rules::says_the_same("", rules::serialize(Ledger{})));
}

TEST(Ledger, WhatANewerVersionAddedSurvivesAChangeByThisOne) {
    auto newer = json::parse(rules::serialize(fold_all({meeting.booked()})));
    add_unknown(newer);
    auto ledger = rules::parse_ledger(json::serialize(newer));
    rules::fold(ledger, meeting.canceled(at("11:00:00"), "ill"));
    const auto written = json::parse(rules::serialize(ledger));
    const auto& booking = written.at("bookings").at(invitee_uri("1"));
    for (const auto* object : {&written, &booking, &booking.at("invitee"), &booking.at("event")})
        EXPECT_TRUE(object->as_object().contains("zz_new")) << *object;
    EXPECT_EQ(booking.at("state"), "canceled");
}

TEST(Ledger, AnAnswerThatHasChangedLosesWhatANewerVersionAddedToIt) {
    auto booked = meeting.booked();
    booked.invitee.answers = {{"Company?", "Engines"}, {"Role?", "CTO"}};
    auto newer = json::parse(rules::serialize(fold_all({booked})));
    add_unknown(newer);
    auto ledger = rules::parse_ledger(json::serialize(newer));
    ledger.bookings.at(invitee_uri("1")).invitee.answers.at(0).answer = "Looms";
    const auto written = json::parse(rules::serialize(ledger));
    const auto& answers = written.at("bookings").at(invitee_uri("1")).at("invitee").at("answers").as_array();
    EXPECT_FALSE(answers.at(0).as_object().contains("zz_new"));
    EXPECT_TRUE(answers.at(1).as_object().contains("zz_new"));
}

TEST(Ledger, AStateThatIsNotKnownCountsAsBookedAndIsWrittenAgain) {
    const auto text = R"({"version":2,"bookings":{"i":{"state":"waitlisted","changed_at":0,)"
                      R"("invitee":{"created_at":0,"updated_at":0}}}})";
    const auto ledger = rules::parse_ledger(text);
    EXPECT_EQ(ledger.bookings.at("i").state, BookingState::booked);
    EXPECT_EQ(ledger.bookings.at("i").unknown_state, "waitlisted");
    EXPECT_EQ(rules::serialize(ledger), text);
}

TEST(Ledger, ProgressKeepsWhatANewerVersionAdded) {
    const std::string text = R"({"sent":["x"],"new":[1]})";
    auto progress = rules::parse_progress(text);
    EXPECT_EQ(rules::serialize(progress), text);
    progress.sent.clear();
    EXPECT_EQ(rules::serialize(progress), R"({"new":[1]})");
}

template <typename T>
void expect_every_member_in(const std::string& text) {
    boost::mp11::mp_for_each<Members<T>>(
        [&](auto member) { EXPECT_THAT(text, HasSubstr('"' + std::string(member.name) + "\":")); });
}

Booking complete_booking() {
    const auto now = at("09:00:00");
    Booking booking{BookingState::no_show, now, {}, {}, "Demo", "n", "", true, {}};
    booking.heard = rules::Heard{BookingState::booked, now};
    booking.invitee = {"u",
                       "e",
                       "n",
                       "f",
                       "l",
                       "v",
                       "z",
                       "t",
                       "c",
                       "r",
                       "o",
                       "w",
                       true,
                       {{"q", "a"}},
                       {{"utm_source", "x"}},
                       calendly::Cancellation{"host", "ill", now},
                       calendly::NoShow{"n", "i", now},
                       now,
                       now};
    booking.event = {"u", "n", "t", now, now, "l", "j", "h", "e", now};
    return booking;
}

TEST(Ledger, EveryMemberIsKept) {
    Ledger ledger;
    ledger.bookings["i"] = complete_booking();
    ledger.forms["f"] = {"f", {{"q", "a"}}, {{"utm_term", "x"}}, at("09:00:00")};
    ledger.done = {"done"};
    ledger.lists = {10};
    ledger.contact_written = true;
    ledger.refused_phones = {{"SMS", "+44"}};
    const auto text = rules::serialize(ledger);
    EXPECT_EQ(rewritten(text), text);
    expect_every_member_in<Ledger>(text);
    expect_every_member_in<Booking>(text);
    expect_every_member_in<calendly::Invitee>(text);
    expect_every_member_in<calendly::Answer>(text);
    expect_every_member_in<calendly::Cancellation>(text);
    expect_every_member_in<calendly::NoShow>(text);
    expect_every_member_in<calendly::ScheduledEvent>(text);
    expect_every_member_in<calendly::RoutingFormSubmission>(text);
}

TEST(Ledger, MembersAtTheirDefaultAreLeftOut) {
    EXPECT_EQ(rules::serialize(Ledger{}), R"({"version":2})");
    Ledger ledger;
    auto& booking = ledger.bookings["i"];
    booking.invitee.answers.emplace_back();
    booking.invitee.cancellation = calendly::Cancellation{"", "ill", std::nullopt};
    booking.invitee.no_show = calendly::NoShow{"n", "", std::nullopt};
    ledger.forms["f"] = {};
    const auto text = rules::serialize(ledger);
    EXPECT_EQ(text,
              R"({"version":2,"bookings":{"i":{"state":"booked","changed_at":0,"invitee":{"answers":[{}],)"
              R"("cancellation":{"reason":"ill"},"no_show":{"uri":"n"},"created_at":0,"updated_at":0}}},)"
              R"("forms":{"f":{"created_at":0}}})");
    EXPECT_EQ(rewritten(text), text);
}

// Another version of the agent may not have written them.
TEST(Ledger, MembersThatAreAbsentAreAtTheirDefault) {
    const auto ledger = rules::parse_ledger(
        R"({"bookings":{"i":{"invitee":{"answers":[{}],"cancellation":{},"no_show":{}},"event":{}},"j":{}},)"
        R"("forms":{"f":{}}})");
    const auto& booking = ledger.bookings.at("i");
    EXPECT_EQ(booking.state, BookingState::booked);
    EXPECT_EQ(booking.changed_at, Timestamp{});
    EXPECT_EQ(booking.invitee.answers.at(0).question, "");
    EXPECT_EQ(booking.invitee.cancellation.value().created_at, std::nullopt);
    EXPECT_EQ(booking.invitee.no_show.value().uri, "");
    EXPECT_EQ(ledger.bookings.at("j").invitee.uri, "");
    EXPECT_EQ(ledger.forms.at("f").created_at, Timestamp{});
    EXPECT_TRUE(rules::parse_progress("{}").sent.empty());
}

TEST(Merge, GivesWhatIsAbsentAndLeavesWhatIsThere) {
    const auto written = [](const Booking& booking) {
        Ledger ledger;
        ledger.bookings["i"] = booking;
        return rules::serialize(ledger);
    };
    const auto complete = complete_booking();
    auto merged = complete;
    merged.invitee = {};
    merged.event = {};
    rules::take_missing(merged.invitee, complete.invitee);
    rules::take_missing(merged.event, complete.event);
    EXPECT_EQ(written(merged), written(complete));
    rules::take_missing(merged.invitee, {});
    rules::take_missing(merged.event, {});
    EXPECT_EQ(written(merged), written(complete));
}

TEST(Ledger, OfAnotherShapeIsRefused) {
    for (const auto* text : {"{", "[]", "{\"bookings\":[1]}", "{\"lists\":[\"x\"]}",
                             "{\"bookings\":{\"i\":{\"state\":4}}}", "{\"bookings\":{\"i\":{\"state\":-1}}}"})
        EXPECT_THROW(rules::parse_ledger(text), rules::LedgerError) << text;
}

TEST(Ledger, NothingStoredIsAnEmptyOne) {
    EXPECT_TRUE(rules::parse_ledger("").bookings.empty());
    EXPECT_TRUE(rules::parse_progress("").sent.empty());
}

TEST(Ledger, ProgressIsReadAsItWasWritten) {
    EXPECT_EQ(rules::serialize(rules::Progress{}), "");
    rules::Progress progress;
    progress.sent = {"invitee.created:x"};
    progress.lists = {10, 20};
    const auto read = rules::parse_progress(rules::serialize(progress));
    EXPECT_EQ(read.sent, progress.sent);
    EXPECT_EQ(read.lists, progress.lists);
    EXPECT_THROW(rules::parse_progress("[]"), rules::LedgerError);
}

}  // namespace ledger_test
