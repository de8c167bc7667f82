#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/questions.hpp"

namespace questions_test {

const std::vector<calendly::Answer> answers = {{"Company:", "Engines"},
                                               {"Your role in the company?", "CTO"},
                                               {"Phone (mobile)", "1"},
                                               {"Phone (office)", "2"},
                                               {"Was macht Ihr Unternehmen? (Straße)", " Motoren "}};

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> found(std::string_view key, const std::vector<calendly::Answer>& among = answers) {
    return rules::find_answers(among, key).answers;
}

TEST(Questions, AnEqualQuestionComesBeforeOneThatHasTheWords) {
    EXPECT_THAT(found("company"), ElementsAre("Engines"));
}

TEST(Questions, WholeWordsOfTheOnlyQuestionThatHasThem) {
    EXPECT_THAT(found("ROLE"), ElementsAre("CTO"));
    EXPECT_THAT(found("STRAßE"), ElementsAre("Motoren"));
    EXPECT_THAT(found("rol"), IsEmpty());
    EXPECT_THAT(found("?"), IsEmpty());
}

TEST(Questions, SeveralThatHaveTheWordsAreAmbiguous) {
    const auto phone = rules::find_answers(answers, "phone");
    EXPECT_THAT(phone.answers, IsEmpty());
    EXPECT_TRUE(phone.is_ambiguous);
    EXPECT_FALSE(rules::find_answers(answers, "company").is_ambiguous) << "one is equal";
    EXPECT_FALSE(rules::find_answers(answers, "fax").is_ambiguous);
    EXPECT_FALSE(rules::find_answers({{"Phone (mobile)", ""}, {"Phone (office)", " "}}, "phone").is_ambiguous)
        << "nobody answered";
}

TEST(Questions, OneThatIsAskedTwiceIsOneQuestion) {
    const std::vector<calendly::Answer> twice = {
        {"Mobile phone", ""}, {"mobile phone?", "1"}, {"MOBILE PHONE", "2"}};
    EXPECT_THAT(found("phone", twice), ElementsAre("1", "2"));
    EXPECT_THAT(found("mobile phone", twice), ElementsAre("1", "2"));
}

TEST(Questions, AreComparedAsTheyLook) {
    const std::vector<calendly::Answer> written = {{"Socie\u0301te\u0301\u00a0?", "x"},
                                                   {"\uff32\uff2f\uff2c\uff25", "y"}};
    EXPECT_THAT(found("soci\u00e9t\u00e9", written), ElementsAre("x"));
    EXPECT_THAT(found("role", written), ElementsAre("y"));
    EXPECT_THAT(found("/soci\u00e9t\u00e9/", written), ElementsAre("x"));
}

TEST(Questions, APatternTakesEveryQuestionThatFits) {
    EXPECT_THAT(found("/phone.*OFFICE/"), ElementsAre("2"));
    EXPECT_THAT(found("/phone/"), ElementsAre("1", "2"));
    EXPECT_THAT(found("/^fax/"), IsEmpty());
}

TEST(Questions, APatternThatTakesTooLongDoesNotFit) {
    EXPECT_THAT(found("/^(a+)+$/", {{std::string(100, 'a') + "!", "x"}}), IsEmpty());
}

}  // namespace questions_test
