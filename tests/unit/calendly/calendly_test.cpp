#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendly/link.hpp"
#include "calendly/parse.hpp"
#include "calendly/timestamp.hpp"

namespace calendly_calendly_test {

using testing::HasSubstr;

TEST(Timestamp, AnyFractionAndOffset) {
    const auto whole = calendly::parse_timestamp("2026-10-13T09:00:00Z");
    ASSERT_TRUE(whole);
    EXPECT_EQ(calendly::to_string(*whole), "2026-10-13T09:00:00.000000Z");
    EXPECT_EQ(calendly::to_string(*calendly::parse_timestamp("2026-10-13T09:00:00.1Z")),
              "2026-10-13T09:00:00.100000Z");
    EXPECT_EQ(calendly::to_string(*calendly::parse_timestamp("2026-10-13T09:00:00.123456789Z")),
              "2026-10-13T09:00:00.123456Z");
    EXPECT_EQ(calendly::parse_timestamp("2026-10-13T11:30:00+02:30"), whole);
    EXPECT_EQ(calendly::parse_timestamp("2026-10-13T04:00:00-05:00"), whole);
    EXPECT_EQ(calendly::parse_timestamp("2026-10-13T11:30:00.000+02:30"), whole);
}

TEST(Timestamp, RefusesEverythingElse) {
    for (const auto* text : {"",
                             "2026-10-13",
                             "2026-10-13T09:00Z",
                             "2026-10-13 09:00:00Z",
                             "2026-02-30T09:00:00Z",
                             "2026-10-13T25:00:00Z",
                             "2026-10-13T09:61:00Z",
                             "2026-10-13T09:00:00",
                             "x",
                             "2026-10-13T09:00:00Zx",
                             "2026-1-13T09:00:00Z",
                             "2026-10-13T09:00:00+2:00",
                             "2026/10-13T09:00:00Z",
                             "2026-10/13T09:00:00Z",
                             "2026-10-1",
                             "2026-10-13T09-00:00Z",
                             "2026-10-13T09:00-00Z",
                             "2026-10-13T09:0x:00Z",
                             "2026-10-13T09:00:61Z",
                             "2026-10-13T09:00:0:Z",
                             "2026-10-13T09:00:00.5",
                             "2026-10-13T09:00:00.Xz",
                             "2026-10-13T09:00:00+24:00",
                             "2026-10-13T09:00:00+02:60"})
        EXPECT_FALSE(calendly::parse_timestamp(text)) << text;
}

TEST(Link, OnlyPathsOfKnownKindsOnCalendlysOrigin) {
    const auto link = calendly::parse_link("https://api.calendly.com/scheduled_events/AB-1/invitees/C_2", "");
    ASSERT_TRUE(link);
    EXPECT_EQ(link->kind, calendly::LinkKind::invitee);
    EXPECT_EQ(link->path, "/scheduled_events/AB-1/invitees/C_2");
    EXPECT_EQ(calendly::parse_link("https://api.calendly.com/invitee_no_shows/N", "")->kind,
              calendly::LinkKind::no_show);
    EXPECT_TRUE(calendly::parse_link("http://127.0.0.1:8080/event_types/E", "http://127.0.0.1:8080"));
    EXPECT_FALSE(calendly::parse_link("http://127.0.0.1:8080/event_types/E", ""));
}

TEST(Link, AnIdHasAtMost64Characters) {
    const std::string types = "https://api.calendly.com/event_types/";
    EXPECT_TRUE(calendly::parse_link(types + std::string(64, 'a'), ""));
    EXPECT_FALSE(calendly::parse_link(types + std::string(65, 'a'), ""));
}

TEST(Link, RefusesForeignHostsAndOtherShapes) {
    for (const auto* uri :
         {"", "/scheduled_events/A", "https://evil.example/scheduled_events/A",
          "http://api.calendly.com/scheduled_events/A",
          "https://api.calendly.com.evil.example/scheduled_events/A",
          "https://api.calendly.com@evil/scheduled_events/A", "https://api.calendly.com/scheduled_events/",
          "https://api.calendly.com/scheduled_events/A/",
          "https://api.calendly.com/scheduled_events/A/../../users/me",
          "https://api.calendly.com/scheduled_events/A?x=1",
          "https://api.calendly.com/scheduled_events/A\r\nX: y", "https://api.calendly.com/users/me",
          "https://api.calendly.com/scheduled_events/%41",
          "https://api.calendly.com/scheduled_events/A/invitees/",
          "https://api.calendly.com/scheduled_events/A/invitees/B/C"})
        EXPECT_FALSE(calendly::parse_link(uri, "https://api.calendly.com")) << uri;
}

std::string envelope(const std::string& event, const std::string& payload) {
    return R"({"event":")" + event + R"(","created_at":"2026-10-13T09:00:00Z","payload":)" + payload + "}";
}

constexpr auto least_payload =
    R"({"uri":"https://api.calendly.com/scheduled_events/E/invitees/I","email":"a@b.co",
        "event":"https://api.calendly.com/scheduled_events/E","created_at":"2026-10-13T09:00:00Z"})";

TEST(Delivery, AMissingMemberAndNullAreTheSame) {
    const auto delivery = calendly::parse_delivery(envelope("invitee.created", least_payload));
    ASSERT_TRUE(delivery.invitee);
    EXPECT_EQ(delivery.kind, calendly::DeliveryKind::invitee_created);
    EXPECT_EQ(delivery.invitee->name, "");
    EXPECT_EQ(delivery.invitee->updated_at, delivery.invitee->created_at);
    EXPECT_FALSE(delivery.scheduled_event);
    EXPECT_FALSE(delivery.invitee->no_show);
}

constexpr auto full_payload =
    R"({"uri":"i","email":"a@b.co","event":"e","created_at":"2026-10-13T09:00:00Z",
        "updated_at":"2026-10-13T09:05:00Z","rescheduled":true,
        "questions_and_answers":[{"question":"Company?","answer":"Engines","position":0},{"question":"Role?"}],
        "tracking":{"utm_source":"news","utm_medium":null,"utm_term":"","salesforce_uuid":"s"},
        "cancellation":{"canceler_type":"host","reason":"ill","created_at":"2026-10-13T09:04:00Z"},
        "no_show":{"uri":"n","created_at":"2026-10-13T09:03:00Z"},
        "scheduled_event":{"uri":"e","name":"Demo","start_time":"2026-10-14T09:00:00Z"}})";

TEST(Delivery, TellsWhatItsInviteeHas) {
    const auto delivery = calendly::parse_delivery(envelope("invitee_no_show.created", full_payload));
    const auto& invitee = delivery.invitee.value();
    EXPECT_TRUE(invitee.rescheduled);
    EXPECT_EQ(calendly::to_string(invitee.updated_at), "2026-10-13T09:05:00.000000Z");
    ASSERT_EQ(invitee.answers.size(), 2u);
    EXPECT_EQ(invitee.answers[0].answer, "Engines");
    EXPECT_EQ(invitee.answers[1].answer, "");
    EXPECT_EQ(invitee.tracking, (calendly::Tracking{{"utm_source", "news"}})) << "without empty ones";
    EXPECT_EQ(invitee.cancellation.value().reason, "ill");
    EXPECT_EQ(invitee.no_show.value().uri, "n");
    EXPECT_EQ(delivery.scheduled_event.value().name, "Demo");
    EXPECT_TRUE(delivery.scheduled_event->start_time);
}

TEST(Delivery, IsOfTheKindThatItsEventSays) {
    const auto kind_of = [](const std::string& event) {
        return calendly::parse_delivery(envelope(event, full_payload)).kind;
    };
    EXPECT_EQ(kind_of("invitee.canceled"), calendly::DeliveryKind::invitee_canceled);
    EXPECT_EQ(kind_of("invitee_no_show.created"), calendly::DeliveryKind::no_show_created);
    EXPECT_EQ(kind_of("invitee_no_show.deleted"), calendly::DeliveryKind::no_show_deleted);
    EXPECT_EQ(kind_of("routing_form_submission.created"), calendly::DeliveryKind::routing_form_submission);
}

TEST(Delivery, OfARoutingFormTellsItsAnswers) {
    const auto delivery = calendly::parse_delivery(envelope("routing_form_submission.created", full_payload));
    const auto& form = delivery.routing_form.value();
    EXPECT_EQ(form.uri, "i");
    EXPECT_EQ(form.answers.at(0).question, "Company?");
    EXPECT_EQ(form.tracking.size(), 1u);
    EXPECT_FALSE(delivery.invitee);
}

TEST(Delivery, OtherEventsNeedNoShape) {
    EXPECT_EQ(calendly::parse_delivery(R"({"event":"meeting_recap.created"})").kind,
              calendly::DeliveryKind::other);
    EXPECT_EQ(calendly::parse_delivery(envelope("event_type.updated", R"({"uri":"u"})")).resource_uri, "u");
}

struct Mistake {
    std::string body;
    const char* message;
};

const Mistake mistakes[] = {
    Mistake{"", "not JSON"},
    Mistake{"{", "not JSON"},
    Mistake{"[]", "body: expected an object"},
    Mistake{"{}", "event: missing or empty"},
    Mistake{R"({"event":1})", "event: expected a string"},
    Mistake{R"({"event":"invitee.created"})", "created_at: missing"},
    Mistake{envelope("invitee.created", "null"), "payload: missing"},
    Mistake{envelope("invitee.created", "[]"), "payload: expected an object"},
    Mistake{envelope("invitee.created", "{}"), "payload.uri: missing or empty"},
    Mistake{envelope("invitee.created", R"({"uri":"u","email":7})"), "payload.email: expected a string"},
    Mistake{envelope("invitee.created", R"({"uri":"u","email":"e","event":"v","created_at":"yesterday"})"),
            "payload.created_at: expected an ISO 8601 time"},
    Mistake{envelope("invitee.created", R"({"uri":["u"],"email":"e","event":"v"})"),
            "payload.uri: expected a string"},
    Mistake{envelope("invitee.created", R"({"uri":"u","email":"\u0000","event":"v"})"),
            "payload.email: missing or empty"},
    Mistake{
        envelope("invitee_no_show.created",
                 R"({"uri":"u","email":"e","event":"v","created_at":"2026-10-13T09:00:00Z","no_show":"n"})"),
        "payload.no_show: missing"},
    Mistake{envelope("invitee_no_show.created", least_payload), "payload.no_show: missing"}};

TEST(Delivery, AMistakeIsNamedWithItsPlace) {
    for (const auto& [body, message] : mistakes) {
        try {
            calendly::parse_delivery(body);
            ADD_FAILURE() << "no error: " << body;
        } catch (const calendly::ShapeError& error) {
            EXPECT_THAT(error.what(), HasSubstr(message)) << body;
        }
    }
}

// A body whose payload has these members besides those that it needs.
calendly::Delivery delivery_with(const std::string& members, const std::string& event = "invitee.created") {
    return calendly::parse_delivery(envelope(event, R"({"uri":"i","email":"a@b.co","event":"e",
        "created_at":"2026-10-13T09:00:00Z",)" + members +
                                                        "}"));
}

TEST(OddDelivery, WhatCanBeReadIsUsedAndThePlaceIsNoted) {
    const auto delivery =
        delivery_with(R"("name":42,"timezone":{"x":1},"rescheduled":"true","updated_at":"yesterday",
        "questions_and_answers":[{"question":"Size?","answer":7},{"question":"Sure?","answer":true},
            {"question":"Which?","answer":["A",2,null,"B"]},{"question":"What?","answer":{"x":1}},"noise",
            {"question":"Phone","answer":33612345678}],
        "tracking":{"utm_source":["","news","blog"],"utm_medium":1.5,"utm_term":{}})");
    const auto& invitee = delivery.invitee.value();
    EXPECT_EQ(invitee.name, "42");
    EXPECT_EQ(invitee.timezone, "");
    EXPECT_TRUE(invitee.rescheduled);
    EXPECT_EQ(invitee.updated_at, invitee.created_at);
    ASSERT_EQ(invitee.answers.size(), 5u);
    EXPECT_EQ(invitee.answers[0].answer, "7");
    EXPECT_EQ(invitee.answers[1].answer, "true");
    EXPECT_EQ(invitee.answers[2].answer, "A\n2\nB");
    EXPECT_EQ(invitee.answers[3].answer, "");
    EXPECT_EQ(invitee.answers[4].answer, "33612345678");
    EXPECT_EQ(invitee.tracking, (calendly::Tracking{{"utm_source", "news"}, {"utm_medium", "1.5"}}));
    EXPECT_THAT(
        delivery.oddities,
        testing::UnorderedElementsAre("payload.name", "payload.timezone", "payload.rescheduled",
                                      "payload.updated_at", "payload.questions_and_answers[]",
                                      "payload.questions_and_answers[].answer", "payload.tracking.utm_source",
                                      "payload.tracking.utm_medium", "payload.tracking.utm_term"));
}

TEST(OddDelivery, NoOptionalPartCostsTheRest) {
    for (const auto* odd :
         {R"("questions_and_answers":{})", R"("questions_and_answers":"none")", R"("tracking":[])",
          R"("cancellation":"yes")", R"("no_show":[])", R"("no_show":{"x":1})", R"("scheduled_event":"e")",
          R"("old_invitee":{})", R"("updated_at":17)"}) {
        const auto delivery = delivery_with(std::string(R"("name":"Ada",)") + odd);
        EXPECT_EQ(delivery.invitee.value().name, "Ada") << odd;
        EXPECT_THAT(delivery.oddities, testing::SizeIs(1)) << odd;
    }
    EXPECT_THAT(delivery_with(R"("unknown":[[[]]],"name":null)").oddities, testing::IsEmpty());
}

TEST(OddDelivery, AnEmbeddedEventIsReadAsFarAsItGoes) {
    const auto delivery =
        delivery_with(R"("scheduled_event":{"name":"Demo","location":"Room 1","start_time":"soon",
        "end_time":"2026-10-14T09:30:00Z","event_memberships":["x",{"user_name":"Grace","user_email":5}]})");
    const auto& event = delivery.scheduled_event.value();
    EXPECT_EQ(event.uri, "e") << "as the invitee says";
    EXPECT_EQ(event.location, "Room 1");
    EXPECT_FALSE(event.start_time);
    EXPECT_TRUE(event.end_time);
    EXPECT_EQ(event.host_name, "Grace");
    EXPECT_EQ(event.host_email, "5");
    EXPECT_THAT(delivery.oddities, testing::SizeIs(5));
}

TEST(OddDelivery, TextsThatAreNoUtf8AreMended) {
    const auto delivery =
        delivery_with("\"name\":\"A\xff\\ud83dB\\udc00\\ud83d\\ude00\\\\ud800\nC\\u0000D\"");
    EXPECT_EQ(delivery.invitee.value().name, "A\ufffd\ufffdB\ufffd\U0001f600\\ud800\nCD");
    EXPECT_THAT(delivery.oddities, testing::ElementsAre("body"));
    EXPECT_THAT(calendly::parse_delivery("\ufeff" + envelope("invitee.created", least_payload)).oddities,
                testing::ElementsAre("body"));
}

TEST(OddDelivery, DeepDataThatNobodyReadsDoesNoHarm) {
    const auto delivery =
        delivery_with("\"name\":\"Ada\",\"x\":" + std::string(200, '[') + std::string(200, ']'));
    EXPECT_EQ(delivery.invitee.value().name, "Ada");
}

TEST(OddDelivery, ControlCharactersAreLeftOut) {
    const auto delivery = delivery_with(R"("name":"A\u0000d\u001ba\u0085","questions_and_answers":[
        {"question":"A\u0007","answer":"x\u0000\r\ny\u009f"}])");
    EXPECT_EQ(delivery.invitee->name, "Ada\n");
    EXPECT_EQ(delivery.invitee->answers[0].question, "A");
    EXPECT_EQ(delivery.invitee->answers[0].answer, "x\ny");
}

TEST(ScheduledEvent, NeverKeepsTheLocationsData) {
    const auto resource = calendly::parse_resource(
        R"({"resource":{"uri":"u","location":{"type":"zoom","join_url":"j","data":{"password":"secret"}},
            "event_memberships":[{"user":"x","user_name":"Host","user_email":"h@b.co"}]}})");
    const auto event = calendly::parse_scheduled_event(resource);
    EXPECT_EQ(event.location, "zoom");
    EXPECT_EQ(event.join_url, "j");
    EXPECT_EQ(event.host_email, "h@b.co");
    EXPECT_THROW(calendly::parse_resource("{}"), calendly::ShapeError);
}

calendly::ScheduledEvent event_with(const std::string& members) {
    return calendly::parse_scheduled_event(
        calendly::parse_resource(R"({"resource":{"uri":"u",)" + members + "}}"));
}

TEST(ScheduledEvent, TakesPlaceAtTheAddressOrNumberElseAtTheKindOfPlace) {
    EXPECT_EQ(event_with(R"("location":{"type":"physical","location":"1 Rue X"})").location, "1 Rue X");
    EXPECT_EQ(
        event_with(R"("location":{"type":"outbound_call","location":null,"phone_number":"+1"})").location,
        "+1");
    EXPECT_EQ(event_with(R"("location":{"type":"custom","location":{"room":1}})").location, "custom");
    EXPECT_EQ(event_with(R"("location":null)").location, "");
}

TEST(ScheduledEvent, MayHaveNoHost) {
    EXPECT_EQ(event_with(R"("event_memberships":[])").host_name, "");
    EXPECT_EQ(event_with(R"("event_memberships":null)").host_name, "");
}

TEST(Resource, OfTheApiIsReadAsInADelivery) {
    const auto resource = [](const std::string& members) {
        return calendly::parse_resource(R"({"resource":)" + members + "}");
    };
    EXPECT_EQ(calendly::parse_invitee(resource(full_payload)).answers.size(), 2u);
    EXPECT_EQ(calendly::parse_no_show(resource(R"({"uri":"n","invitee":"i"})")).invitee, "i");
    EXPECT_EQ(calendly::parse_event_type(resource(R"({"uri":"t","name":"Demo"})")).name, "Demo");
}

}  // namespace calendly_calendly_test
