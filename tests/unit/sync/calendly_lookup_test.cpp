// What is asked of Calendly, what is kept of its answers, and what is counted when it refuses.
#include "unit/sync/lookup_fixture.hpp"

namespace calendly_lookup_test {

using calendly::LinkKind;
using rules::Trail;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

const std::string event_path = "/scheduled_events/E1";
const std::string invitee_path = "/scheduled_events/E1/invitees/I1";
const std::string no_show_path = "/invitee_no_shows/N";
const std::string type_path = "/event_types/demo";

class CalendlyLookup : public sync_support::LookupTest {
protected:
    CalendlyLookup() {
        calendly_.events[event_path].name = "Demo with Charles";
        calendly_.invitees[invitee_path].email = "ada@example.com";
        calendly_.no_shows[no_show_path].uri = "https://calendly.test" + no_show_path;
        calendly_.event_types[type_path].name = "Demo";
    }

    syncing::CalendlyLookup::Answer ask(LinkKind kind, const std::string& path,
                                        std::optional<rules::Fallback> fallback = {},
                                        Trail::Moment since = Trail::Moment::min()) {
        syncing::StepTimer timer(rules::StepKind::link);
        return result_of(
            lookup_.ask(Trail::Question{{kind, path}, since, fallback, kind == LinkKind::no_show}, timer));
    }

    static Trail::Moment now() { return std::chrono::system_clock::now(); }
};

TEST_F(CalendlyLookup, AnswersWithWhatTheLinkIsOf) {
    EXPECT_EQ(std::get<calendly::ScheduledEvent>(*ask(LinkKind::scheduled_event, event_path)).name,
              "Demo with Charles");
    EXPECT_EQ(std::get<calendly::Invitee>(*ask(LinkKind::invitee, invitee_path)).email, "ada@example.com");
    EXPECT_EQ(std::get<calendly::EventType>(*ask(LinkKind::event_type, type_path)).name, "Demo");
    EXPECT_EQ(std::get<calendly::NoShow>(*ask(LinkKind::no_show, no_show_path)).uri,
              "https://calendly.test" + no_show_path);
    EXPECT_THAT(calendly_.calls, ElementsAre(event_path, invitee_path, type_path, no_show_path));
}

TEST_F(CalendlyLookup, KeepsAnAnswerForThoseWhoAskSoonAfter) {
    const auto before = now();
    for (int round = 0; round < 2; ++round) {
        ask(LinkKind::scheduled_event, event_path, rules::Fallback::event_copy, before);
        ask(LinkKind::invitee, invitee_path, rules::Fallback::old_half, before);
        ask(LinkKind::event_type, type_path);
    }
    EXPECT_THAT(calendly_.calls, ElementsAre(event_path, invitee_path, type_path));
}

TEST_F(CalendlyLookup, AsksAnewWhereTheAnswerIsOlderThanTheDelivery) {
    ask(LinkKind::scheduled_event, event_path);
    ask(LinkKind::scheduled_event, event_path, rules::Fallback::event_copy, now() + 1s);
    EXPECT_THAT(calendly_.calls, ElementsAre(event_path, event_path));
}

TEST_F(CalendlyLookup, NeverKeepsWhetherANoShowStands) {
    ask(LinkKind::no_show, no_show_path);
    ask(LinkKind::no_show, no_show_path);
    EXPECT_THAT(calendly_.calls, ElementsAre(no_show_path, no_show_path));
}

TEST_F(CalendlyLookup, ForgetsTheNameOfATypeThatWasChangedHoweverItsLinkIsWritten) {
    for (const auto* origin : {"https://calendly.test", "https://api.calendly.com"}) {
        ask(LinkKind::event_type, type_path);
        lookup_.forget_event_type(origin + type_path);
    }
    lookup_.forget_event_type("https://evil.example" + type_path);
    ask(LinkKind::event_type, type_path);
    ask(LinkKind::event_type, type_path);
    EXPECT_EQ(calendly_.calls.size(), 3u);
}

TEST_F(CalendlyLookup, CountsWhatServesInsteadOfARefusedAnswer) {
    for (const auto status : {403u, 404u}) {
        calendly_.fail_next(event_path, status);
        const auto answer = ask(LinkKind::scheduled_event, event_path, rules::Fallback::event_copy);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().status, status);
    }
    EXPECT_EQ(counted(Fallback::event_copy), 2u) << "no failure is kept";
    calendly_.fail_next(invitee_path, 403);
    EXPECT_FALSE(ask(LinkKind::invitee, invitee_path, rules::Fallback::new_half));
    EXPECT_EQ(counted(Fallback::new_half), 1u);
}

TEST_F(CalendlyLookup, CountsNothingWhereNothingServesInstead) {
    calendly_.fail_next(event_path, 404);
    EXPECT_FALSE(ask(LinkKind::scheduled_event, event_path));
    EXPECT_THAT(counters_.fallbacks, IsEmpty());
}

TEST_F(CalendlyLookup, ANoShowThatIsGoneIsAnAnswerAndOneThatIsRefusedIsCounted) {
    calendly_.fail_next(no_show_path, 404);
    const auto gone = ask(LinkKind::no_show, no_show_path, rules::Fallback::no_show_copy);
    ASSERT_FALSE(gone);
    EXPECT_EQ(syncing::silence_of(gone.error()), Trail::Silence::gone);
    EXPECT_EQ(counted(Fallback::no_show_copy), 0u);
    calendly_.fail_next(no_show_path, 403);
    const auto refused = ask(LinkKind::no_show, no_show_path, rules::Fallback::no_show_copy);
    ASSERT_FALSE(refused);
    EXPECT_EQ(syncing::silence_of(refused.error()), Trail::Silence::refused);
    EXPECT_EQ(counted(Fallback::no_show_copy), 1u);
}

TEST_F(CalendlyLookup, KeepsThatATypeHasNoNameAndCountsItOnce) {
    calendly_.fail_next(type_path, 403);
    EXPECT_FALSE(ask(LinkKind::event_type, type_path, rules::Fallback::event_type_name));
    EXPECT_FALSE(ask(LinkKind::event_type, type_path, rules::Fallback::event_type_name));
    EXPECT_THAT(calendly_.calls, ElementsAre(type_path));
    EXPECT_EQ(counted(Fallback::event_type_name), 1u);
}

}  // namespace calendly_lookup_test
