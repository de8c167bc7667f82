// What becomes of values that Brevo would refuse or drop, and each type of attribute.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace attributes_test {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string ann = "ann@example.org", bea = "bea@example.org";
const std::string phone = "+33612345678";

class PathAttributes : public PathTest {
protected:
    void book_with_phone(const std::string& email, const std::string& number) {
        sandbox().book(
            {{"email", email}, {"questions_and_answers", {{"Phone", number}, {"Company", "Dock & Co"}}}});
        settle();
    }

    // Laid with a mapping of its own and these attributes in Brevo.
    void start_with_attributes(const std::string& mapping, const std::vector<json::object>& attributes) {
        lay(with({{"field_mapping", mapping}}));
        for (const auto& attribute : attributes) sandbox().post("/brevo/attributes", attribute);
        system_->start_agent();
    }
};

TEST_F(PathAttributes, APhoneOfSomebodyElseCostsTheAttributeAndNotTheContact) {
    start();
    book_with_phone(ann, phone);
    book_with_phone(bea, phone);
    EXPECT_THAT(attribute(ann, "SMS"), HasSubstr("33612345678"));
    EXPECT_EQ(attribute(bea, "SMS"), "(none)");
    EXPECT_EQ(attribute(bea, "COMPANY"), "Dock & Co");
    EXPECT_EQ(lists(bea), "[10]");
    EXPECT_THAT(sandbox().event_names(bea), ElementsAre("calendly_booked"));
    EXPECT_THAT(agent().metrics(), HasSubstr(R"(cause="attribute_refused"} 1)"));
    EXPECT_THAT(agent().log(), testing::Not(HasSubstr(bea))) << "personal data stay out of the log";
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathAttributes, APhoneThatWasRefusedIsNotOfferedAgainUntilTheAnswerChanges) {
    start();
    book_with_phone(ann, phone);
    book_with_phone(bea, phone);
    const auto refusals = [&] {
        std::size_t count = 0;
        for (const auto& entry : sandbox().journal("brevo")) count += text_at(entry, "/status") == "400";
        return count;
    };
    EXPECT_EQ(refusals(), 1u);
    for (int i = 0; i < 3; ++i) book_with_phone(bea, i < 2 ? phone : "+33 6 12 34 56 78");
    EXPECT_EQ(refusals(), 1u) << "the same number, however it is written";
    book_with_phone(bea, "+33612345679");
    EXPECT_EQ(attribute(bea, "SMS"), "33612345679");
    EXPECT_EQ(refusals(), 1u);
}

TEST_F(PathAttributes, PhonesOfSomebodyElseAreLeftOutInWhateverWayBrevoSaysSo) {
    start_with_attributes(
        "{name: FIRSTNAME, questions_and_answers: {phone: SMS, mobile: WHATSAPP, landline: LANDLINE_NUMBER}}",
        {{{"name", "WHATSAPP"}, {"type", "text"}}, {{"name", "LANDLINE_NUMBER"}, {"type", "text"}}});
    for (const auto& email : {ann, bea}) {
        sandbox().book(
            {{"email", email},
             {"questions_and_answers", {{"Phone", phone}, {"Mobile", phone}, {"Landline", "+33123456789"}}}});
        settle();
    }
    EXPECT_EQ(attribute(bea, "FIRSTNAME"), "Ann Bee");
    EXPECT_THAT(agent().metrics(), HasSubstr(R"(cause="attribute_refused"} 3)"));
    for (const auto* name : {"SMS", "WHATSAPP", "LANDLINE_NUMBER"}) {
        EXPECT_EQ(attribute(bea, name), "(none)");
        EXPECT_THAT(agent().health().body, HasSubstr("\"attribute refused: " + std::string(name) + "\":1"));
    }
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathAttributes, APhoneThatBrevoRefusesCostsTheAttributeAndNotTheContact) {
    start();
    sandbox().fault(
        "brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
        {{"status", 400}, {"body", {{"code", "invalid_parameter"}, {"message", "Invalid phone number"}}}});
    book_with_phone(ann, phone);
    EXPECT_EQ(attribute(ann, "SMS"), "(none)");
    EXPECT_EQ(attribute(ann, "COMPANY"), "Dock & Co");
    EXPECT_THAT(agent().metrics(), HasSubstr(R"(cause="attribute_refused"} 1)"));
}

TEST_F(PathAttributes, APhoneWithoutItsCountryIsLeftOut) {
    start();
    book_with_phone(ann, "06 12 34 56 78");
    EXPECT_EQ(attribute(ann, "SMS"), "(none)");
    EXPECT_EQ(attribute(ann, "COMPANY"), "Dock & Co");
    EXPECT_THAT(sandbox().calls("brevo"), Contains("POST /contacts").Times(1)) << "nothing to be refused";
    EXPECT_THAT(agent().health().body, HasSubstr("value left out: SMS"));
}

TEST_F(PathAttributes, APhoneOfTheDefaultCountryIsBroughtToTheInternationalForm) {
    start(with({{"default_country", "FR"}}));
    book_with_phone(ann, "06 12 34 56 78");
    book_with_phone(bea, "06 12 34 56");
    EXPECT_EQ(attribute(ann, "SMS"), "33612345678");
    EXPECT_EQ(attribute(bea, "SMS"), "(none)") << "two digits are missing";
    EXPECT_EQ(attribute(bea, "COMPANY"), "Dock & Co");
    EXPECT_THAT(agent().health().body, HasSubstr("value left out: SMS"));
}

TEST_F(PathAttributes, ThatTheAccountLacksAreNamedAndTheRestSyncs) {
    expect_error("MEETING_HOST");
    lay(with({{"field_mapping",
               "{name: FIRSTNAME, host_name: MEETING_HOST, questions_and_answers: {company: FIRMA}}"}}));
    auto& agent = system_->start_agent();
    sandbox().book({{"email", ann}, {"questions_and_answers", {{"Company", "Dock & Co"}}}});
    settle();
    EXPECT_EQ(attribute(ann, "FIRSTNAME"), "Ann Bee");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
    EXPECT_THAT(agent.log(), HasSubstr("FIRMA"));
    const auto health = agent.health();
    EXPECT_EQ(health.status, 503u);
    EXPECT_THAT(health.body, testing::AllOf(HasSubstr("MEETING_HOST"), HasSubstr("FIRMA")));
    for (const auto& entry : sandbox().journal("brevo")) EXPECT_EQ(text_at(entry, "/dropped"), "(none)");
}

TEST_F(PathAttributes, ThatTheAccountLacksAreCreatedOnRequest) {
    auto options = with({{"field_mapping", "{name: FIRSTNAME, host_name: MEETING_HOST}"},
                         {"brevo", "{create_attributes: true}"}});
    start(std::move(options));
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "MEETING_HOST"), "Harriet Host");
    EXPECT_EQ(agent().health().status, 200u);
}

// 22:30 in London's winter is the next day in Auckland.
TEST_F(PathAttributes, OfTypeDateAreTheDayInTheInviteesZone) {
    start_with_attributes("{scheduled_at: DAY, end_time: MEETING_DATE}",
                          {{{"name", "DAY"}, {"type", "date"}}});
    sandbox().book({{"email", ann},
                    {"timezone", "Pacific/Auckland"},
                    {"start_time", "2030-01-15T22:30:00Z"},
                    {"end_time", "2030-01-15T23:00:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "DAY"), "2030-01-16");
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), "2030-01-16T12:00:00+13:00");
}

TEST_F(PathAttributes, InAnUnknownZoneAreUtcAndCounted) {
    start_with_attributes("{scheduled_at: DAY}", {{{"name", "DAY"}, {"type", "date"}}});
    sandbox().book({{"email", ann}, {"timezone", "Mars/Olympus"}, {"start_time", "2030-01-15T22:30:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "DAY"), "2030-01-15");
    EXPECT_THAT(agent().health().body, HasSubstr("unknown time zone"));
}

TEST_F(PathAttributes, OfEveryOtherTypeComeInItsForm) {
    start_with_attributes(
        "{booking_count: SCORE, questions_and_answers: {size: SIZE, newsletter: NEWS, state: STATE, topics: "
        "TOPICS}}",
        {{{"name", "SCORE"}, {"type", "float"}},
         {{"name", "SIZE"}, {"type", "float"}},
         {{"name", "NEWS"}, {"type", "boolean"}},
         {{"name", "STATE"},
          {"category", "category"},
          {"enumeration", {{{"value", 1}, {"label", "new"}}, {{"value", 2}, {"label", "known"}}}}},
         {{"name", "TOPICS"},
          {"type", "multiple-choice"},
          {"multiCategoryOptions", {"sea", "wood", "stone"}}}});
    sandbox().book(
        {{"email", ann},
         {"questions_and_answers",
          {{"Size", "12.5"}, {"Newsletter?", "Yes"}, {"State", "Known"}, {"Topics", "sea\nstone"}}}});
    settle();
    EXPECT_EQ(attribute(ann, "SCORE"), "1");
    EXPECT_THAT(attribute(ann, "SIZE"), testing::AnyOf("1.25E1", "12.5"));
    EXPECT_EQ(attribute(ann, "NEWS"), "true");
    EXPECT_EQ(attribute(ann, "STATE"), "2");
    EXPECT_EQ(attribute(ann, "TOPICS"), R"(["sea","stone"])");
    for (const auto& entry : sandbox().journal("brevo")) EXPECT_EQ(text_at(entry, "/dropped"), "(none)");
}

TEST_F(PathAttributes, ThatDoNotFitTheirTypeAreLeftOutAndCounted) {
    expect_error("without an option for some values: STATE");
    start_with_attributes(
        "{name: FIRSTNAME, questions_and_answers: {size: SIZE, state: STATE}}",
        {{{"name", "SIZE"}, {"type", "float"}},
         {{"name", "STATE"}, {"category", "category"}, {"enumeration", {{{"value", 1}, {"label", "new"}}}}}});
    sandbox().book({{"email", ann}, {"questions_and_answers", {{"Size", "huge"}, {"State", "gone"}}}});
    settle();
    EXPECT_EQ(attribute(ann, "FIRSTNAME"), "Ann Bee");
    EXPECT_EQ(attribute(ann, "SIZE"), "(none)");
    EXPECT_THAT(agent().health().body,
                testing::AllOf(HasSubstr("SIZE: not a number"), HasSubstr("STATE: none of")));
    EXPECT_THAT(agent().health().body, HasSubstr("without an option for some values: STATE"));
    for (const auto& entry : sandbox().journal("brevo")) EXPECT_EQ(text_at(entry, "/dropped"), "(none)");
}

TEST_F(PathAttributes, CountersAreOfAllThePersonsBookings) {
    start_with_attributes("{booking_count: BOOKED, cancellation_count: CANCELED, no_show_count: MISSED}",
                          {{{"name", "BOOKED"}, {"type", "float"}},
                           {{"name", "CANCELED"}, {"type", "float"}},
                           {{"name", "MISSED"}, {"type", "float"}}});
    const auto first = sandbox().book({{"email", ann}});
    const auto second = sandbox().book({{"email", ann}, {"event_type", "PRODUCTDEMO00002"}});
    sandbox().reschedule(sandbox().book({{"email", ann}, {"event_type", "GROUPWORKSHOP003"}}));
    sandbox().cancel(first);
    sandbox().mark_no_show(second);
    settle();
    EXPECT_EQ(attribute(ann, "BOOKED"), "3");
    EXPECT_EQ(attribute(ann, "CANCELED"), "1");
    EXPECT_EQ(attribute(ann, "MISSED"), "1");
}

TEST_F(PathAttributes, ComeFromEveryFurtherSource) {
    const std::vector<std::pair<std::string, std::string>> sources = {
        {"first_name", "Ann"},
        {"last_name", "van der Bee"},
        {"timezone", "Europe/Oslo"},
        {"location", "Quay 7"},
        {"host_name", "Harriet Host"},
        {"host_email", "harriet.host@example.com"},
        {"utm_source", "site"},
        {"utm_campaign", "spring"},
        {"event_name", "Discovery Call"},
        {"end_time", "2030-05-06T09:30:00+02:00"},
        {"text_reminder_number", "+33612345678"},
        {"cancel_reason", "Fog"}};
    std::string mapping;
    std::vector<json::object> attributes;
    for (const auto& [source, value] : sources) {
        const auto name = "A" + std::to_string(attributes.size());
        mapping += (mapping.empty() ? "{" : ", ") + source + ": " + name;
        attributes.push_back({{"name", name}, {"type", "text"}});
    }
    start_with_attributes(mapping + "}", attributes);
    sandbox().cancel(sandbox().book({{"email", ann},
                                     {"name", "Ann van der Bee"},
                                     {"timezone", "Europe/Oslo"},
                                     {"start_time", "2030-05-06T07:00:00Z"},
                                     {"end_time", "2030-05-06T07:30:00Z"},
                                     {"location", {{"type", "physical"}, {"location", "Quay 7"}}},
                                     {"tracking", {{"utm_source", "site"}, {"utm_campaign", "spring"}}},
                                     {"text_reminder_number", "+33612345678"}}),
                     {{"reason", "Fog"}});
    settle();
    for (std::size_t i = 0; i < sources.size(); ++i)
        EXPECT_EQ(attribute(ann, "A" + std::to_string(i)), sources[i].second) << sources[i].first;
}

}  // namespace attributes_test
}  // namespace e2e
