#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/attribute_value.hpp"

namespace attribute_value_test {

using brevo::AttributeType;
using rules::FieldValue;
using rules::LocalTime;
using testing::HasSubstr;

// Of a category's option: no place in a list.
std::int64_t number_of(std::size_t option) {
    return 100 - static_cast<std::int64_t>(option);
}

brevo::Attribute attribute(AttributeType type, std::vector<std::string> options = {}) {
    brevo::Attribute attribute{"FIELD", type, std::move(options), {}};
    for (std::size_t i = 0; type == AttributeType::category && i < attribute.options.size(); ++i)
        attribute.numbers.push_back(number_of(i));
    return attribute;
}

std::optional<brevo::Value> converted(const FieldValue& value, const brevo::Attribute& to) {
    const auto conversion = rules::convert(value, to);
    EXPECT_NE(conversion.value.has_value(), !conversion.problem.empty()) << "a value, or why there is none";
    return conversion.value;
}

FieldValue text(const char* value) {
    return std::string(value);
}

TEST(AttributeValue, NothingIsNeitherValueNorProblem) {
    const auto conversion = rules::convert({}, attribute(AttributeType::date));
    EXPECT_FALSE(conversion.value);
    EXPECT_EQ(conversion.problem, "");
}

TEST(AttributeValue, EachTypeTakesWhatItCan) {
    EXPECT_EQ(converted(std::int64_t{3}, attribute(AttributeType::text)), brevo::Value("3"));
    EXPECT_EQ(converted(text("2026-10-12"), attribute(AttributeType::date)), brevo::Value("2026-10-12"));
    EXPECT_EQ(converted(text("2026-10-12T10:00:00Z"), attribute(AttributeType::date)),
              brevo::Value("2026-10-12"));
    EXPECT_EQ(converted(text("1.5"), attribute(AttributeType::number)), brevo::Value(1.5));
    EXPECT_EQ(converted(std::int64_t{3}, attribute(AttributeType::number)), brevo::Value(3.0));
    EXPECT_EQ(converted(text("Yes!"), attribute(AttributeType::boolean)), brevo::Value(true));
    EXPECT_EQ(converted(text("false"), attribute(AttributeType::boolean)), brevo::Value(false));
    EXPECT_EQ(converted(text("sales "), attribute(AttributeType::category, {"Sales", "IT"})),
              brevo::Value(number_of(0)));
    EXPECT_EQ(converted(text("it\nSALES"), attribute(AttributeType::multiple_choice, {"Sales", "IT"})),
              brevo::Value(std::vector<std::string>{"IT", "Sales"}));
}

TEST(AttributeValue, AnOptionIsNotTakenForAnotherOneOfTheSameWords) {
    const auto languages = attribute(AttributeType::category, {"C", "C++", "C#"});
    EXPECT_EQ(converted(text("c++"), languages), brevo::Value(number_of(1)));
    EXPECT_EQ(converted(text("C"), languages), brevo::Value(number_of(0)));
    EXPECT_FALSE(converted(text("C!"), languages)) << "which of the three?";
    const auto sizes = attribute(AttributeType::category, {"< 50 employees", "> 50 employees"});
    EXPECT_EQ(converted(text("> 50 employees"), sizes), brevo::Value(number_of(1)));
    EXPECT_FALSE(converted(text("50 employees"), sizes));
}

TEST(AttributeValue, ACategorysLabelIsFoundInEveryCase) {
    const auto states = attribute(AttributeType::category, {"Gebucht", "ANNULÉ", "Отменено"});
    for (const auto* label : {"gebucht", "GEBUCHT", " Gebucht\n"})
        EXPECT_EQ(converted(text(label), states), brevo::Value(number_of(0))) << label;
    EXPECT_EQ(converted(text("annulé"), states), brevo::Value(number_of(1)));
    EXPECT_EQ(converted(text("отменено"), states), brevo::Value(number_of(2)));
}

TEST(AttributeValue, AnOptionThatACategoryLacksIsItsOwnersMatter) {
    EXPECT_TRUE(rules::convert(text("HR"), attribute(AttributeType::category, {"IT"})).lacks_option);
    EXPECT_TRUE(rules::convert(text("HR"), attribute(AttributeType::category)).lacks_option);
    EXPECT_FALSE(rules::convert(text("IT"), attribute(AttributeType::category, {"IT"})).lacks_option);
    EXPECT_FALSE(rules::convert(text("x"), attribute(AttributeType::number)).lacks_option);
    const brevo::Attribute numberless{"FIELD", AttributeType::category, {"IT"}, {}};
    EXPECT_TRUE(rules::convert(text("IT"), numberless).lacks_option) << "a label is dropped silently";
}

TEST(AttributeValue, ChoicesThatAreOptionsAreKeptAndTheOthersTold) {
    const auto conversion = rules::convert(text("IT\nHR"), attribute(AttributeType::multiple_choice, {"IT"}));
    EXPECT_EQ(conversion.value, brevo::Value(std::vector<std::string>{"IT"}));
    EXPECT_THAT(conversion.problem, HasSubstr("some are none of the options"));
}

TEST(AttributeValue, ATimeIsADateOrATextOfItsZoneAndNoNumber) {
    const LocalTime time{*calendly::parse_timestamp("2026-10-12T22:30:00Z"), "Europe/Paris"};
    EXPECT_EQ(converted(time, attribute(AttributeType::date)), brevo::Value("2026-10-13"));
    EXPECT_EQ(converted(time, attribute(AttributeType::text)), brevo::Value("2026-10-13T00:30:00+02:00"));
    EXPECT_FALSE(converted(time, attribute(AttributeType::number)));
}

TEST(AttributeValue, WhatDoesNotFitIsAProblem) {
    EXPECT_FALSE(converted(text("tomorrow"), attribute(AttributeType::date)));
    EXPECT_FALSE(converted(text("2026-13-01"), attribute(AttributeType::date)));
    EXPECT_FALSE(converted(text("12 people"), attribute(AttributeType::number)));
    for (const auto* number : {"", "nan", "inf", "-infinity", "1e999"})
        EXPECT_FALSE(converted(text(number), attribute(AttributeType::number))) << number;
    EXPECT_FALSE(converted(text("perhaps"), attribute(AttributeType::boolean)));
    EXPECT_FALSE(converted(text("HR"), attribute(AttributeType::category, {"Sales", "IT"})));
    EXPECT_FALSE(converted(text("HR"), attribute(AttributeType::multiple_choice, {"Sales", "IT"})));
    EXPECT_FALSE(converted(text("x"), attribute(AttributeType::other)));
}

}  // namespace attribute_value_test
