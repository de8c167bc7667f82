#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendly/api.hpp"
#include "calendly/link.hpp"
#include "calendly/parse.hpp"
#include "calendly/timestamp.hpp"

namespace {

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
}

TEST(Timestamp, RefusesEverythingElse) {
    for (const auto* text :
         {"", "2026-10-13", "2026-10-13T09:00Z", "2026-10-13 09:00:00Z", "2026-02-30T09:00:00Z",
          "2026-10-13T25:00:00Z", "2026-10-13T09:61:00Z", "2026-10-13T09:00:00", "x", "2026-10-13T09:00:00Zx",
          "2026-1-13T09:00:00Z", "2026-10-13T09:00:00+2:00"})
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
          "https://api.calendly.com/scheduled_events/%41"})
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

TEST(CalendlyRemedies, FollowTheStatus) {
    EXPECT_EQ(calendly::remedy_of(401), http::Remedy::park);
    for (const unsigned status : {408U, 425U, 429U, 500U, 503U})
        EXPECT_EQ(calendly::remedy_of(status), http::Remedy::retry);
    for (const unsigned status : {400U, 403U, 404U, 422U})
        EXPECT_EQ(calendly::remedy_of(status), http::Remedy::give_up);
}

}  // namespace
