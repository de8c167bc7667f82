#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "brevo/codec.hpp"

namespace brevo_brevo_test {

using testing::ElementsAre;
using testing::IsEmpty;

const brevo::Contact contact{"a@b.co",
                             {{"NAME", brevo::Value("Ada")},
                              {"COUNT", brevo::Value(3.0)},
                              {"SMS", brevo::Value("+44")},
                              {"SURE", brevo::Value(true)},
                              {"TOPICS", brevo::Value(std::vector<std::string>{"x", "y"})}},
                             {10, 11},
                             {20}};

TEST(BrevoCodec, AnUpsertUpdatesAndJoinsLists) {
    EXPECT_EQ(
        brevo::upsert_body(contact),
        R"({"email":"a@b.co","updateEnabled":true,"attributes":{"COUNT":3,"NAME":"Ada","SMS":"+44","SURE":true,)"
        R"("TOPICS":["x","y"]},"listIds":[10,11]})");
    EXPECT_EQ(brevo::upsert_body({"a@b.co", {}, {}, {}}), R"({"email":"a@b.co","updateEnabled":true})");
}

TEST(BrevoCodec, OnlyAnUpdateLeavesLists) {
    EXPECT_EQ(brevo::update_body({"a@b.co", {}, {10}, {20}}), R"({"listIds":[10],"unlinkListIds":[20]})");
    EXPECT_EQ(brevo::update_body({"a@b.co", {}, {}, {20}}), R"({"unlinkListIds":[20]})");
    EXPECT_EQ(brevo::update_body({"a@b.co", {}, {}, {}}), R"({"attributes":{}})") << "Brevo refuses {}";
}

TEST(BrevoCodec, ACategorysValueIsItsNumber) {
    EXPECT_EQ(brevo::update_body({"a@b.co", {{"STATE", brevo::Value(std::int64_t{2})}}, {}, {}}),
              R"({"attributes":{"STATE":2}})");
}

TEST(BrevoCodec, WholeNumbersAreWrittenAsSuch) {
    const auto written = [](double number) {
        return brevo::update_body({"a@b.co", {{"N", brevo::Value(number)}}, {}, {}});
    };
    EXPECT_EQ(written(-42), R"({"attributes":{"N":-42}})");
    EXPECT_EQ(written(1.5), R"({"attributes":{"N":1.5E0}})");
    EXPECT_EQ(written(1e18), R"({"attributes":{"N":1E18}})") << "more digits than a double has";
}

TEST(BrevoCodec, AnEventNamesItsContactByAddress) {
    EXPECT_EQ(brevo::event_body({"calendly_booked", "a@b.co", "2026-10-12T09:00:00.000000Z", {{"x", "y"}}}),
              R"({"event_name":"calendly_booked","event_date":"2026-10-12T09:00:00.000000Z",)"
              R"("identifiers":{"email_id":"a@b.co"},"event_properties":{"x":"y"}})");
}

TEST(BrevoCodec, ConsentIsNeverSent) {
    for (const auto& body : {brevo::upsert_body(contact), brevo::update_body(contact)})
        EXPECT_EQ(body.find("lacklist"), std::string::npos);
}

TEST(BrevoCodec, AttributesOfEveryType) {
    const auto attributes = brevo::parse_attributes(
        R"({"attributes":[{"name":"D","category":"normal","type":"date"},{"name":"U","category":"global","type":"user"},
            {"name":"C","category":"category","enumeration":[{"value":1,"label":"one"}]},
            {"name":"M","category":"normal","type":"multiple-choice","multiCategoryOptions":["x","y"]},
            {"name":"T","category":"transactional","type":"text"},{"name":"N","type":"text"}]})");
    ASSERT_EQ(attributes.size(), 6U);
    EXPECT_EQ(attributes[4].type, brevo::AttributeType::other) << "no contact has it";
    EXPECT_EQ(attributes[5].type, brevo::AttributeType::text);
    EXPECT_EQ(attributes[0].type, brevo::AttributeType::date);
    EXPECT_EQ(attributes[1].type, brevo::AttributeType::other);
    EXPECT_EQ(attributes[2].type, brevo::AttributeType::category);
    EXPECT_THAT(attributes[2].options, ElementsAre("one"));
    EXPECT_THAT(attributes[2].numbers, ElementsAre(1));
    EXPECT_THAT(attributes[3].options, ElementsAre("x", "y"));
    for (const auto* body : {"", "[]", "{}", R"({"attributes":{}})", R"({"attributes":[1]})",
                             R"({"attributes":[{}]})", R"({"attributes":[{"name":1}]})"})
        EXPECT_THROW(brevo::parse_attributes(body), brevo::ShapeError) << body;
}

TEST(BrevoCodec, OptionsThatAreNoneAreLeftOut) {
    const auto attributes = brevo::parse_attributes(
        R"({"attributes":[{"name":"A","category":"category","enumeration":{}},
            {"name":"B","category":"category","enumeration":["x",{"label":"none"},{"value":"7","label":"one"},
                {"value":1.5,"label":"half"},{"value":"","label":"empty"},{"value":2.0,"label":"two"}]},
            {"name":"C","type":"multiple-choice","multiCategoryOptions":"x"},
            {"name":"D","type":"multiple-choice","multiCategoryOptions":[1,"x"]}]})");
    EXPECT_THAT(attributes.at(0).options, IsEmpty());
    EXPECT_THAT(attributes.at(1).options, ElementsAre("one", "two"));
    EXPECT_THAT(attributes.at(1).numbers, ElementsAre(7, 2)) << "what Brevo stores for them";
    EXPECT_THAT(attributes.at(2).options, IsEmpty());
    EXPECT_THAT(attributes.at(3).options, ElementsAre("x"));
}

TEST(BrevoCodec, ListsWithTheirFolders) {
    const auto lists = brevo::parse_lists(
        R"({"lists":[{"id":3,"name":"Demos","folderId":7,"uniqueSubscribers":0},{"id":4}],"count":2})");
    ASSERT_EQ(lists.size(), 2u);
    EXPECT_EQ(lists[0].name, "Demos");
    EXPECT_EQ(lists[0].folder, 7);
    EXPECT_EQ(lists[1].folder, 0);
    EXPECT_THAT(brevo::parse_lists(R"({"count":0})"), IsEmpty());
    EXPECT_THROW(brevo::parse_lists(R"({"lists":[{"name":"Demos"}]})"), brevo::ShapeError);
    EXPECT_THROW(brevo::parse_lists("<html>"), brevo::ShapeError);
}

TEST(BrevoCodec, AFolderOrNone) {
    EXPECT_EQ(brevo::parse_first_folder(R"({"folders":[{"id":7,"name":"x"},{"id":8}],"count":2})"), 7);
    EXPECT_EQ(brevo::parse_first_folder(R"({"count":0})"), std::nullopt);
    EXPECT_EQ(brevo::parse_new_id(R"({"id":9})"), 9);
    EXPECT_THROW(brevo::parse_new_id("{}"), brevo::ShapeError);
}

TEST(BrevoCodec, EachTypeHasBrevosName) {
    EXPECT_EQ(brevo::type_name(brevo::AttributeType::number), "float");
    EXPECT_EQ(brevo::type_name(brevo::AttributeType::other), "other");
}

}  // namespace brevo_brevo_test
