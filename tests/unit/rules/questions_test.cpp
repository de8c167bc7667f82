#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/questions.hpp"

namespace {

const std::vector<calendly::Answer> answers = {{"Company:", "Engines"},
                                               {"Your role in the company?", "CTO"},
                                               {"Phone (mobile)", "1"},
                                               {"Phone (office)", "2"},
                                               {"Was macht Ihr Unternehmen? (Straße)", " Motoren "}};

TEST(Questions, AnEqualQuestionComesBeforeOneThatHasTheWords) {
    EXPECT_EQ(rules::find_answer(answers, "company"), "Engines");
}

TEST(Questions, WholeWordsOfTheOnlyQuestionThatHasThem) {
    EXPECT_EQ(rules::find_answer(answers, "ROLE"), "CTO");
    EXPECT_EQ(rules::find_answer(answers, "STRAßE"), "Motoren");
    EXPECT_EQ(rules::find_answer(answers, "rol"), "");
    EXPECT_EQ(rules::find_answer(answers, "phone"), "") << "two questions have it";
    EXPECT_EQ(rules::find_answer(answers, "?"), "");
}

TEST(Questions, APatternTakesTheFirstQuestionThatFits) {
    EXPECT_EQ(rules::find_answer(answers, "/phone.*OFFICE/"), "2");
    EXPECT_EQ(rules::find_answer(answers, "/phone/"), "1");
    EXPECT_EQ(rules::find_answer(answers, "/^fax/"), "");
}

TEST(Questions, APatternThatTakesTooLongDoesNotFit) {
    EXPECT_EQ(rules::find_answer({{std::string(100, 'a') + "!", "x"}}, "/^(a+)+$/"), "");
}

}  // namespace
