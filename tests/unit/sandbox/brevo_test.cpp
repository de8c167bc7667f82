#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/brevo_api.hpp"
#include "unit/sandbox/support.hpp"

namespace sandbox_brevo_test {

namespace json = boost::json;
using testing::ElementsAre;

const sandbox::Instant noon = *sandbox::parse_instant("2026-05-04T12:00:00Z");

class SandboxBrevo : public testing::Test {
protected:
    SandboxBrevo() {
        add("FIRSTNAME", "text");
        add("SMS", "text");
        add("BIRTHDAY", "date");
        add("SCORE", "float");
        add("VIP", "boolean");
        for (const auto* body :
             {R"({"enumeration": [{"value": 1, "label": "booked"}, {"value": 2, "label": "gone"}]})"})
            EXPECT_EQ(post("/contacts/attributes/category/STATE", body).status, 201U);
        EXPECT_EQ(post("/contacts/attributes/normal/TOPICS",
                       R"({"type": "multiple-choice", "multiCategoryOptions": ["sea", "wood"]})")
                      .status,
                  201U);
        state.add_list(10, "Ten");
        state.add_list(11, "Eleven");
    }

    void add(std::string name, std::string type) {
        sandbox::Attribute attribute;
        attribute.name = std::move(name);
        attribute.type = std::move(type);
        state.attributes().add(attribute);
    }
    sandbox::Answer send(std::string_view method, std::string_view target, std::string body = {}) {
        return api.handle(sandbox_test::call(method, target, std::move(body)), noon);
    }
    sandbox::Answer post(std::string_view target, std::string body) {
        return send("POST", target, std::move(body));
    }
    sandbox::Answer upsert(std::string_view email, const char* attributes, const char* more = "") {
        return post("/contacts", R"({"updateEnabled": true, "email": ")" + std::string(email) +
                                     R"(", "attributes": )" + attributes + more + "}");
    }
    json::object contact(std::string_view email) { return to_json(*state.find_by_email(email)); }

    sandbox::BrevoState state;
    sandbox::BrevoApi api{state, "sandbox-key", sandbox::Rate{}};
};

std::string message(const sandbox::Answer& answer) {
    return std::string(answer.body->at("message").as_string());
}

TEST_F(SandboxBrevo, AListIsMadeInAFolder) {
    EXPECT_EQ(send("GET", "/contacts/folders").body->at("folders").at(0).at("id").as_int64(), 1);
    const auto made = post("/contacts/lists", R"({"name": "Twelve", "folderId": 1})");
    EXPECT_EQ(made.status, 201u);
    EXPECT_EQ(made.body->at("id").as_int64(), 12);
    EXPECT_EQ(post("/contacts/lists", R"({"name": "Twelve"})").status, 400u);
    EXPECT_EQ(post("/contacts/lists", R"({"name": "Twelve", "folderId": 5})").status, 404u);
    EXPECT_EQ(post("/contacts/lists", R"({"folderId": 1, "colour": "red"})").status, 400u);
}

TEST_F(SandboxBrevo, UpsertCreatesThenUpdates) {
    const auto first = upsert("Ann@Example.org", R"({"FIRSTNAME": "Ann"})", R"(, "listIds": [10])");
    EXPECT_EQ(first.status, 201U);
    EXPECT_EQ(first.body->at("id"), 1);
    const auto second = upsert("ann@EXAMPLE.org", R"({"SCORE": 2})", R"(, "listIds": [11])");
    EXPECT_EQ(second.status, 204U);
    EXPECT_FALSE(second.body);
    EXPECT_EQ(contact("ANN@example.org").at("attributes"),
              json::parse(R"({"FIRSTNAME": "Ann", "SCORE": 2})"));
    EXPECT_EQ(contact("ann@example.org").at("listIds"), json::parse("[10, 11]"));
}

TEST_F(SandboxBrevo, AnExistingContactNeedsUpdateEnabled) {
    upsert("a@b.co", "{}");
    const auto again = post("/contacts", R"({"email": "A@b.co", "listIds": [10]})");
    EXPECT_EQ(again.status, 400U);
    EXPECT_EQ(again.body->at("code"), "duplicate_parameter");
    EXPECT_EQ(again.body->at("metadata"), json::parse(R"({"duplicate_identifiers": ["email"]})"));
    EXPECT_TRUE(contact("a@b.co").at("listIds").as_array().empty());
}

TEST_F(SandboxBrevo, UnknownAttributesAndWrongTypesAreDroppedSilently) {
    const auto answer =
        upsert("a@b.co", R"({"FIRSTNAME": 7, "firstname": "x", "NOPE": "x", "BIRTHDAY": "2026-02-30",
        "SCORE": "2", "VIP": "yes", "STATE": "unknown", "TOPICS": ["sea", "sky"]})");
    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.note.at("dropped").as_array().size(), 8U);
    EXPECT_TRUE(contact("a@b.co").at("attributes").as_object().empty());
}

TEST_F(SandboxBrevo, ValuesOfTheRightTypeAreKept) {
    const auto answer =
        upsert("a@b.co", R"({"FIRSTNAME": "Ann", "BIRTHDAY": "2024-02-29", "SCORE": 2.5, "VIP": true,
        "STATE": 2, "TOPICS": ["wood", "sea"]})");
    EXPECT_FALSE(answer.note.contains("dropped"));
    EXPECT_EQ(contact("a@b.co").at("attributes"),
              json::parse(R"({"BIRTHDAY": "2024-02-29", "FIRSTNAME": "Ann",
        "SCORE": 2.5, "STATE": 2, "TOPICS": ["wood", "sea"], "VIP": true})"));
    upsert("a@b.co", R"({"STATE": 1})");
    EXPECT_EQ(contact("a@b.co").at("attributes").at("STATE"), 1);
}

TEST_F(SandboxBrevo, ADateIsNoTimestamp) {
    EXPECT_TRUE(upsert("a@b.co", R"({"BIRTHDAY": "2026-05-04T12:00:00Z"})").note.contains("dropped"));
}

TEST_F(SandboxBrevo, NullsEmailAndObjectsInAttributesAreRefused) {
    for (const auto* attributes : {R"({"FIRSTNAME": null})", R"({"NOPE": null})", R"({"EMAIL": "x@y.co"})",
                                   R"({"FIRSTNAME": {}})", R"({"TOPICS": [1]})"}) {
        EXPECT_EQ(upsert("a@b.co", attributes).status, 400U) << attributes;
        EXPECT_EQ(state.find_by_email("a@b.co"), nullptr) << attributes;
    }
}

TEST_F(SandboxBrevo, APhoneBelongsToOneContactAndARefusalSavesNothing) {
    upsert("a@b.co", R"({"SMS": "+33612345678"})");
    for (const auto* phone : {"+33612345678", "0033612345678", "33612345678"}) {
        const auto answer =
            upsert("b@b.co", ("{\"FIRSTNAME\": \"B\", \"SMS\": \"" + std::string(phone) + "\"}").c_str());
        EXPECT_EQ(answer.status, 400U) << phone;
        EXPECT_EQ(answer.body->at("metadata"), json::parse(R"({"duplicate_identifiers": ["SMS"]})"));
        EXPECT_EQ(state.find_by_email("b@b.co"), nullptr);
    }
    EXPECT_EQ(contact("a@b.co").at("attributes").at("SMS"), "33612345678");
    EXPECT_EQ(upsert("a@b.co", R"({"SMS": "0033612345678"})").status, 204U);
    EXPECT_EQ(upsert("a@b.co", R"({"SMS": "+33699999999"})").status, 204U);
    EXPECT_EQ(upsert("b@b.co", R"({"SMS": "+33612345678"})").status, 201U);
}

TEST_F(SandboxBrevo, ATakenPhoneIsRefusedInSeveralWays) {
    add("WHATSAPP", "text");
    upsert("a@b.co", R"({"SMS": "+33612345678", "WHATSAPP": "+33612345678"})");
    const auto one = upsert("b@b.co", R"({"WHATSAPP": "+33612345678"})");
    EXPECT_EQ(one.body->at("code"), "invalid_parameter");
    EXPECT_FALSE(one.body->as_object().contains("metadata"));
    EXPECT_EQ(message(one), "Unable to update contact, WHATSAPP is already associated with another Contact");
    const auto both = upsert("b@b.co", R"({"SMS": "+33612345678", "WHATSAPP": "+33612345678"})");
    EXPECT_FALSE(both.body->as_object().contains("metadata"));
    EXPECT_EQ(message(both),
              "Unable to update contact, SMS or WHATSAPP are already associated with another Contact");
}

TEST_F(SandboxBrevo, ACategoryDropsALabelSilently) {
    EXPECT_EQ(upsert("a@b.co", R"({"STATE": "gone"})").note.at("dropped"), json::parse(R"(["STATE"])"));
}

TEST_F(SandboxBrevo, AMoveStartsNoAutomation) {
    EXPECT_EQ(upsert("a@b.co", "{}", R"(, "listIds": [10])").note.at("started"), json::parse("[10]"));
    EXPECT_FALSE(upsert("a@b.co", "{}", R"(, "listIds": [10])").note.contains("started")) << "it is on it";
    const auto move = send("PUT", "/contacts/a%40b.co", R"({"listIds": [11], "unlinkListIds": [10]})");
    EXPECT_FALSE(move.note.contains("started"));
    EXPECT_EQ(send("PUT", "/contacts/a%40b.co", R"({"listIds": [10]})").note.at("started"),
              json::parse("[10]"));
}

TEST_F(SandboxBrevo, PhonesHaveACountry) {
    for (const auto* phone :
         {"0612345678", "+33 6 12 34 56 78", "12345", "+0612345678", "phone", "", "1234567890123456"}) {
        const auto answer = upsert("a@b.co", ("{\"SMS\": \"" + std::string(phone) + "\"}").c_str());
        EXPECT_EQ(answer.status, 400U) << phone;
        EXPECT_EQ(message(answer), "Invalid phone number");
    }
}

TEST_F(SandboxBrevo, UnknownFieldsWrongTypesAndBadEmailsAreRefused) {
    for (const auto* body :
         {R"({"email": "a@b.co", "name": "Ann"})", R"({"email": "a@b.co", "listIds": ["10"]})",
          R"({"email": "a@b.co", "listIds": [99]})", R"({"email": "a@b.co", "listIds": [0]})",
          R"({"email": "a@b.co", "updateEnabled": "yes"})", R"({"email": "a@b.co", "ext_id": null})",
          R"({"email": "a@b.co", "forceMerge": true})", R"({"email": "a@b"})", R"({"email": ""})",
          R"({"email": 7})", R"({"attributes": {"FIRSTNAME": "Ann"}})", R"([])", "{", ""}) {
        EXPECT_EQ(post("/contacts", body).status, 400U) << body;
        EXPECT_TRUE(state.contacts().empty()) << body;
    }
}

TEST_F(SandboxBrevo, OnlyUpdateLeavesLists) {
    upsert("a@b.co", "{}", R"(, "listIds": [10, 11])");
    EXPECT_EQ(
        post("/contacts", R"({"email": "a@b.co", "updateEnabled": true, "unlinkListIds": [10]})").status,
        400U);
    EXPECT_EQ(send("PUT", "/contacts/a%40b.co?identifierType=email_id", R"({"unlinkListIds": [10]})").status,
              204U);
    EXPECT_EQ(contact("a@b.co").at("listIds"), json::parse("[11]"));
    EXPECT_EQ(send("PUT", "/contacts/a%40b.co", R"({"unlinkListIds": [99]})").status, 400U);
    EXPECT_EQ(send("PUT", "/contacts/a%40b.co", "{}").status, 400U);
    EXPECT_EQ(send("PUT", "/contacts/x%40b.co", R"({"listIds": [10]})").status, 404U);
}

TEST_F(SandboxBrevo, ConsentIsKept) {
    upsert("a@b.co", "{}", R"(, "emailBlacklisted": true)");
    upsert("a@b.co", R"({"FIRSTNAME": "Ann"})");
    EXPECT_EQ(contact("a@b.co").at("emailBlacklisted"), true);
    upsert("a@b.co", "{}", R"(, "emailBlacklisted": false)");
    EXPECT_EQ(contact("a@b.co").at("emailBlacklisted"), false);
}

TEST_F(SandboxBrevo, ContactsAreFoundAndDeletedByEveryIdentifier) {
    upsert("a@b.co", R"({"SMS": "+33612345678"})", R"(, "ext_id": "crm-1")");
    for (const auto* target : {"/contacts/A%40b.co", "/contacts/1", "/contacts/crm-1?identifierType=ext_id",
                               "/contacts/33612345678?identifierType=phone_id"})
        EXPECT_EQ(send("GET", target).status, 200U) << target;
    EXPECT_EQ(send("GET", "/contacts/1?identifierType=name").status, 400U);
    EXPECT_EQ(send("DELETE", "/contacts/a%40b.co").status, 204U);
    EXPECT_EQ(send("GET", "/contacts/a%40b.co").body->at("code"), "document_not_found");
    EXPECT_EQ(upsert("new@b.co", R"({"SMS": "+33612345678"})").status, 201U) << "its phone is free again";
}

TEST_F(SandboxBrevo, ListMembers) {
    upsert("a@b.co", "{}");
    const auto added = post("/contacts/lists/10/contacts/add", R"({"emails": ["A@b.co", "x@b.co"]})");
    EXPECT_EQ(added.status, 201U);
    EXPECT_EQ(added.body->at("contacts"), json::parse(R"({"success": ["A@b.co"], "failure": ["x@b.co"]})"));
    EXPECT_EQ(message(post("/contacts/lists/10/contacts/add", R"({"emails": ["a@b.co"]})")),
              "Contact already in list and/or does not exist");
    EXPECT_EQ(post("/contacts/lists/10/contacts/remove", R"({"ids": [1]})").status, 201U);
    EXPECT_TRUE(contact("a@b.co").at("listIds").as_array().empty());
    EXPECT_EQ(post("/contacts/lists/99/contacts/add", R"({"emails": ["a@b.co"]})").status, 404U);
    EXPECT_EQ(post("/contacts/lists/10/contacts/add", R"({"emails": []})").status, 400U);
    EXPECT_EQ(send("GET", "/contacts/lists?limit=1&offset=1").body->at("lists").at(0).at("id"), 11);
}

TEST_F(SandboxBrevo, AttributesAreListedAndUnique) {
    const auto listed = send("GET", "/contacts/attributes").body->at("attributes").as_array();
    EXPECT_EQ(listed.size(), 7U);
    EXPECT_EQ(listed.at(4).at("enumeration").at(1).at("label"), "gone");
    EXPECT_EQ(message(post("/contacts/attributes/normal/SMS", R"({"type": "text"})")),
              "Attribute name must be unique");
    for (const auto* target : {"/contacts/attributes/normal/lower", "/contacts/attributes/odd/NAME"})
        EXPECT_EQ(post(target, R"({"type": "text"})").status, 400U) << target;
    EXPECT_EQ(post("/contacts/attributes/normal/X", R"({"type": "number"})").status, 400U);
    EXPECT_EQ(post("/contacts/attributes/category/X", "{}").status, 400U);
}

TEST_F(SandboxBrevo, EventsAreRecordedEvenForStrangers) {
    upsert("a@b.co", "{}");
    EXPECT_EQ(post("/events", R"({"event_name": "calendly_booked", "event_date": "2026-05-04T12:00:00+02:00",
        "identifiers": {"email_id": "A@b.co"}, "event_properties": {"host": {"name": "H"}, "n": 1}})")
                  .status,
              204U);
    EXPECT_EQ(post("/events", R"({"event_name": "x", "identifiers": {"email_id": "stranger@b.co"}})").status,
              204U);
    ASSERT_EQ(state.events().size(), 2U);
    EXPECT_EQ(state.events()[0].email, "a@b.co");
    EXPECT_TRUE(state.events()[0].contact_known);
    EXPECT_FALSE(state.events()[1].contact_known);
}

TEST_F(SandboxBrevo, EventsAreReadStrictly) {
    const std::string large =
        R"({"event_name": "x", "identifiers": {"email_id": "a@b.co"}, "event_properties": {"x": ")" +
        std::string(51 * 1024, 'x') + "\"}}";
    for (const auto& body :
         {std::string(R"({"event_name": "a.b", "identifiers": {"email_id": "a@b.co"}})"),
          std::string(R"({"event_name": "", "identifiers": {"email_id": "a@b.co"}})"),
          std::string(R"({"event_name": "x"})"), std::string(R"({"event_name": "x", "identifiers": {}})"),
          std::string(R"({"event_name": "x", "identifiers": {"email": "a@b.co"}})"),
          std::string(R"({"event_name": "x", "identifiers": {"email_id": "a@b.co"}, "extra": 1})"),
          std::string(R"({"event_name": "x", "identifiers": {"email_id": "a@b.co"}, "event_date": "today"})"),
          std::string(R"({"event_name": "x", "identifiers": {"email_id": null}})"), large})
        EXPECT_EQ(post("/events", body).status, 400U) << body.substr(0, 100);
    EXPECT_TRUE(state.events().empty());
}

TEST_F(SandboxBrevo, TheKeyIsChecked) {
    auto without = sandbox_test::call("GET", "/account");
    without.api_key.reset();
    EXPECT_EQ(message(api.handle(without, noon)), "authentication not found in headers");
    auto wrong = sandbox_test::call("GET", "/account");
    wrong.api_key = "other";
    EXPECT_EQ(api.handle(wrong, noon).status, 401U);
    EXPECT_EQ(message(api.handle(wrong, noon)), "Key not found");
    EXPECT_EQ(send("GET", "/account").status, 200U);
    EXPECT_EQ(send("GET", "/nowhere").status, 404U);
    EXPECT_EQ(send("PATCH", "/contacts/a%40b.co").status, 405U);
}

TEST(SandboxBrevoRate, ContactsEventsAndTheRestAreCountedApart) {
    sandbox::BrevoState state;
    sandbox::BrevoApi api(state, "sandbox-key", {2, std::chrono::seconds(1)});
    const auto status = [&](const char* method, const char* target, sandbox::Instant at) {
        return api.handle(sandbox_test::call(method, target, "{}"), at).status;
    };
    EXPECT_EQ(status("GET", "/contacts/attributes", noon), 200U);
    EXPECT_EQ(status("POST", "/contacts", noon), 400U) << "refused calls count as well";
    EXPECT_EQ(status("GET", "/contacts/lists", noon), 429U);
    EXPECT_EQ(status("POST", "/events", noon), 400U);
    EXPECT_EQ(status("POST", "/events", noon), 400U);
    EXPECT_EQ(status("POST", "/events", noon), 429U);
    EXPECT_EQ(status("GET", "/contacts/lists", noon + std::chrono::seconds(1)), 200U);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(status("GET", "/account", noon), 200U);
    const auto refused = api.handle(sandbox_test::call("GET", "/account"), noon + std::chrono::seconds(1));
    EXPECT_EQ(refused.status, 429U);
    EXPECT_THAT(refused.headers, ElementsAre(std::pair("x-sib-ratelimit-limit", "100"),
                                             std::pair("x-sib-ratelimit-remaining", "0"),
                                             std::pair("x-sib-ratelimit-reset", "3599")));
}

}  // namespace sandbox_brevo_test
