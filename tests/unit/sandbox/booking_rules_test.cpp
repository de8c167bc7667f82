// The sandbox's POST /invitees is as strict as Calendly's.
#include "unit/sandbox/calendly_fixture.hpp"

namespace sandbox_booking_rules_test {

using sandbox_test::SandboxCalendly;
using namespace sandbox_test;
using testing::HasSubstr;

class SandboxBooking : public SandboxCalendly {
protected:
    SandboxBooking() {
        sandbox::EventType type;
        type.id = "VISIT";
        type.name = "Visit";
        type.slug = "visit";
        type.owner = state.owner().id;
        type.locations = {json::object{{"kind", "physical"}, {"location", "1 High St"}},
                          json::object{{"kind", "inbound_call"}}};
        type.custom_questions = {json::object{
            {"name", "Topic"}, {"type", "string"}, {"position", 0}, {"enabled", true}, {"required", true}}};
        state.add_event_type(type);
        body = {{"event_type", sandbox::calendly_uri("event_types", "VISIT")},
                {"start_time", "2026-05-05T09:00:00Z"},
                {"invitee", {{"name", "Ann"}, {"email", "ann@x.org"}, {"timezone", "UTC"}}},
                {"location", {{"kind", "inbound_call"}}},
                {"questions_and_answers", json::array{answer("Topic", "sea", 0)}}};
    }
    static json::object answer(const char* question, const char* text, int position) {
        return {{"question", question}, {"answer", text}, {"position", position}};
    }
    sandbox::Answer book() { return send("POST", "/invitees", json::serialize(body)); }
    std::string refused_with(const char* member, json::value value) {
        auto changed = body;
        changed[member] = std::move(value);
        const auto answered = send("POST", "/invitees", json::serialize(changed));
        EXPECT_EQ(answered.status, 400U) << member;
        return answered.body ? json::serialize(*answered.body) : "";
    }
    json::object body;
};

TEST_F(SandboxBooking, QuestionsAreTakenToTheLetter) {
    EXPECT_THAT(refused_with("questions_and_answers", json::array{}),
                HasSubstr("Required Questions and Answers"));
    EXPECT_THAT(refused_with("questions_and_answers", json::array{answer("Topic", "", 0)}),
                HasSubstr("cannot be blank"));
    EXPECT_THAT(refused_with("questions_and_answers", json::array{answer("topic", "sea", 0)}),
                HasSubstr("questions_and_answers[0].question"));
    EXPECT_THAT(
        refused_with("questions_and_answers", json::array{json::object{{"answer", "sea"}, {"position", 0}}}),
        HasSubstr("questions_and_answers[0].question: is missing"));
    EXPECT_EQ(book().status, 201U);
}

TEST_F(SandboxBooking, ALocationIsOfTheTypesKinds) {
    EXPECT_THAT(refused_with("location", nullptr), HasSubstr("location"));
    EXPECT_THAT(refused_with("location", {{"kind", "custom"}}), HasSubstr("location.kind"));
    EXPECT_THAT(refused_with("location", {{"kind", "physical"}}),
                HasSubstr("location.location is required when location.kind is physical"));
    EXPECT_EQ(book().status, 201U);
}

TEST_F(SandboxBooking, TrackingIsWholeOrAbsent) {
    EXPECT_THAT(refused_with("tracking", {{"utm_source", "x"}}), HasSubstr("tracking.utm_campaign"));
}

TEST_F(SandboxBooking, OnlyOfferedStartsAndEveryFormOfTaken) {
    EXPECT_THAT(refused_with("start_time", "2026-05-05T09:10:00Z"), HasSubstr("start_time"));
    ASSERT_EQ(book().status, 201U);
    EXPECT_EQ(book().status, 400U);
    api.booking_rules().taken = sandbox::TakenForm::conflict;
    EXPECT_EQ(book().status, 409U);
    api.booking_rules().taken = sandbox::TakenForm::already_filled;
    EXPECT_EQ(book().body->at("details").at(0).at("code"), "already_filled");
}

TEST_F(SandboxBooking, ThePlansLimitSaysWhenToComeBack) {
    api.booking_rules().limits = {1, 0, 0};
    ASSERT_EQ(book().status, 201U);
    body["start_time"] = "2026-05-05T10:00:00Z";
    const auto answered = book();
    EXPECT_EQ(answered.status, 429U);
    EXPECT_EQ(answered.headers.at(0).second, "60");
}

}  // namespace sandbox_booking_rules_test
