// What setup asks about the mapping, and what follows from the answers.
#include "cli/setup_mapping.hpp"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace setup_mapping_test {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// Somebody who answers "" to what is usual, and tries again after a mistake.
class ScriptedQuestions final : public cli::Questions {
public:
    explicit ScriptedQuestions(std::deque<std::string> answers) : answers_(std::move(answers)) {}

    std::string ask(const cli::Question& question) override {
        while (true) {
            auto answer = next();
            if (answer.empty()) answer = question.usual;
            const auto mistake = question.mistake ? question.mistake(answer) : std::string();
            if (mistake.empty()) return answer;
            mistakes.push_back(mistake);
        }
    }

    std::vector<std::string> mistakes;

private:
    std::string next() {
        if (answers_.empty()) return {};
        auto answer = answers_.front();
        answers_.pop_front();
        return answer;
    }

    std::deque<std::string> answers_;
};

calendly::ListedEventType type(const std::string& id, const std::string& name) {
    calendly::ListedEventType type;
    type.uri = "https://api.calendly.com/event_types/" + id;
    type.name = name;
    return type;
}

class SetupMapping : public testing::Test {
protected:
    SetupMapping() {
        calendly.types = {type("A", "Demo"), type("B", "Talk")};
        brevo.lists = {{10, "demo", 1}, {11, "Others", 1}};
        brevo.attributes = rules::index_by_name({{"FIRSTNAME"}, {"LASTNAME"}});
    }
    std::vector<std::string> lists(std::deque<std::string> answers, bool makes_lists = false,
                                   const cli::FormerLists& former = {}) {
        ScriptedQuestions questions(std::move(answers));
        std::vector<std::string> texts;
        for (const auto& chosen : cli::ask_for_lists(questions, calendly, brevo, former, makes_lists))
            texts.push_back(chosen.list.text());
        mistakes = questions.mistakes;
        return texts;
    }

    cli::SetupCalendly calendly;
    cli::SetupBrevo brevo;
    std::vector<std::string> mistakes;
};

TEST_F(SetupMapping, NoListIsUsualOrTheOneOfTheSameNameOrANewOne) {
    EXPECT_THAT(lists({}), ElementsAre("", ""));
    EXPECT_THAT(lists({}, true), ElementsAre("10", "<the new list Talk>"));
}

TEST_F(SetupMapping, TheListOfBeforeIsUsualWhileThereIsOne) {
    const auto uri = calendly.types[0].uri;
    EXPECT_THAT(lists({}, false, {{uri, 11}}), ElementsAre("11", ""));
    EXPECT_THAT(lists({}, false, {{uri, 99}}), ElementsAre("", ""));
}

TEST_F(SetupMapping, OnlyListsThatAreThereMayBeNamed) {
    EXPECT_THAT(lists({"99", "11x", "-", "new"}), ElementsAre("", "<the new list Talk>"));
    EXPECT_EQ(mistakes.size(), 2u);
}

TEST_F(SetupMapping, AttributesThatAreNotToBeMadeAreLeftOut) {
    ScriptedQuestions questions({"yes", "no"});
    const auto fields = cli::ask_for_fields(questions, calendly, brevo);
    EXPECT_THAT(fields.to_make, IsEmpty());
    EXPECT_THAT(fields.mapping.fields,
                ElementsAre(Pair("first_name", "FIRSTNAME"), Pair("last_name", "LASTNAME")));
}

TEST_F(SetupMapping, EachMayBeNamedOtherwise) {
    ScriptedQuestions questions({"n", "EMAIL", "MY_NAME", "-", "", "-", "-", ""});
    const auto fields = cli::ask_for_fields(questions, calendly, brevo);
    EXPECT_EQ(questions.mistakes.size(), 1u) << "EMAIL is no attribute";
    EXPECT_THAT(fields.mapping.fields,
                ElementsAre(Pair("first_name", "MY_NAME"), Pair("event_type_name", "CALENDLY_EVENT_TYPE")));
    EXPECT_THAT(fields.to_make, ElementsAre("CALENDLY_EVENT_TYPE", "MY_NAME"));
}

TEST(UnattendedQuestions, TakeWhatIsUsualAndSayWhereTheRestComesFrom) {
    cli::UnattendedQuestions questions;
    EXPECT_EQ(questions.ask({.text = "Which?", .usual = "this"}), "this");
    EXPECT_TRUE(cli::agrees(questions, "Well?", true));
    EXPECT_FALSE(cli::agrees(questions, "Well?", false));
    try {
        questions.ask({.text = "Which?", .instead = "--which"});
        FAIL();
    } catch (const cli::NoAnswer& error) {
        EXPECT_STREQ(error.what(), "Which?: an answer is needed; with --yes it comes from --which");
    }
}

}  // namespace setup_mapping_test
