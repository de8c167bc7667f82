// dead list, show, replay and discard.
#include "e2e/product/letters_fixture.hpp"

#include <sys/stat.h>

namespace e2e {
namespace dead_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ProductDead : public LettersTest {};

TEST_F(ProductDead, ListShowsThemNewestFirstAndMasked) {
    start_with_letters({"ann@example.com", "bea@example.com"});
    const auto ids = letter_ids();
    const auto list = run_json({"dead", "list"});
    EXPECT_EQ(text_at(list, "/items/0/id"), ids.at(1));
    EXPECT_EQ(text_at(list, "/items/1/id"), ids.at(0));
    EXPECT_EQ(text_at(list, "/items/0/person"), "b...@example.com");
    EXPECT_EQ(text_at(list, "/items/0/status"), "400");
    EXPECT_EQ(text_at(list, "/items/0/event"), "invitee.created");
    EXPECT_EQ(text_at(list, "/items/0/replays"), "0");
    EXPECT_EQ(text_at(list, "/items/0/superseded"), "false");
    EXPECT_EQ(text_at(list, "/cursor"), "null");
    EXPECT_EQ(text_at(run_json({"dead", "list", "--reveal"}), "/items/1/person"), "ann@example.com");
    const auto text = run({"dead", "list"});
    EXPECT_THAT(text.output, AllOf(HasSubstr(ids.at(0)), HasSubstr("SUPERSEDED"), Not(HasSubstr("ann@"))));
}

TEST_F(ProductDead, PagesFollowEachOtherByCursorWhateverComesMeanwhile) {
    start_with_letters({"a@example.com", "b@example.com", "c@example.com"});
    const auto ids = letter_ids();
    const auto first = run_json({"dead", "list", "--limit", "2"});
    EXPECT_EQ(text_at(first, "/items/1/id"), ids.at(1));
    bury({"d@example.com"});
    const auto second = run_json({"dead", "list", "--limit", "2", "--cursor", text_at(first, "/cursor")});
    EXPECT_EQ(text_at(second, "/items/0/id"), ids.at(0));
    EXPECT_EQ(second.at("items").as_array().size(), 1u);
    EXPECT_EQ(run({"dead", "list", "--cursor", "nonsense"}).exit_code, 1);
}

TEST_F(ProductDead, FiltersAreReasonStatusAndWhatStandsInIt) {
    start_with_letters({"ann@example.com", "bea@example.com"});
    bury({"cleo@example.com"}, 422);
    system_->redis().client().text(
        {"XADD", shared::dead_key("calendly"), "*", "body", "\xff\xfe", "reason", "odd"});
    const auto count = [&](std::vector<std::string> filter) {
        filter.insert(filter.begin(), {"dead", "list"});
        return run_json(std::move(filter)).at("items").as_array().size();
    };
    EXPECT_EQ(count({}), 4u);
    EXPECT_EQ(count({"--status", "400"}), 2u);
    EXPECT_EQ(count({"--status", "422"}), 1u);
    EXPECT_EQ(count({"--status", "none"}), 1u);
    EXPECT_EQ(count({"--reason", "odd"}), 1u);
    EXPECT_EQ(count({"--reason", "od"}), 0u) << "the whole reason";
    EXPECT_EQ(count({"--q", "CLEO@"}), 1u);
    EXPECT_EQ(count({"--q", "No Such Thing"}), 3u) << "the answer, too";
    EXPECT_EQ(count({"--q", letter_ids().at(0)}), 1u);
    EXPECT_EQ(count({"--q", "a@example.com", "--status", "400"}), 1u);
    EXPECT_EQ(run({"dead", "list", "--status", "bad"}).exit_code, 2);
    const auto groups = run_json({"dead", "list", "--groups"});
    EXPECT_EQ(text_at(groups, "/items/0/count"), "2");
    EXPECT_EQ(text_at(groups, "/items/0/status"), "400");
    EXPECT_EQ(groups.at("items").as_array().size(), 3u);
}

TEST_F(ProductDead, ShowHasTheBodyAndTheAnswer) {
    start_with_letters({"ann@example.com"});
    const auto id = letter_ids().at(0);
    const auto masked = run_json({"dead", "show", id});
    EXPECT_THAT(json::serialize(masked), AllOf(Not(HasSubstr("ann@example")), Not(HasSubstr("Hopperson"))));
    EXPECT_EQ(text_at(masked, "/body_is_json"), "true");
    EXPECT_THAT(text_at(masked, "/response"), testing::StartsWith("400"));
    const auto shown = run_json({"dead", "show", id, "--reveal"});
    EXPECT_THAT(text_at(shown, "/body"), AllOf(HasSubstr("ann@example.com"), HasSubstr("Hopperson")));
    EXPECT_THAT(run({"dead", "show", id}).output, HasSubstr("reason"));
    EXPECT_EQ(run({"dead", "show", "1-1"}).exit_code, 1);
    EXPECT_EQ(run({"dead", "show", "nonsense"}).exit_code, 1);
}

TEST_F(ProductDead, ABodyThatIsNoTextIsShownAsBytes) {
    lay();
    const auto id = system_->redis().client().text(
        {"XADD", shared::dead_key("calendly"), "*", "body", std::string("\xff\0x", 3), "reason", "odd"});
    const auto shown = run_json({"dead", "show", id, "--reveal"});
    EXPECT_EQ(text_at(shown, "/body_base64"), "/wB4");
    EXPECT_EQ(text_at(shown, "/body_is_json"), "false");
    EXPECT_EQ(text_at(shown, "/person"), "null");
    EXPECT_EQ(text_at(run_json({"dead", "list"}), "/items/0/event"), "null");
}

TEST_F(ProductDead, AReplayIsSyncedAndLeavesNothing) {
    start_with_letters({"ann@example.com"});
    const auto id = letter_ids().at(0);
    const auto replayed = run_json({"dead", "replay", id});
    EXPECT_EQ(text_at(replayed, "/replayed"), "1");
    settle();
    EXPECT_EQ(attribute("ann@example.com", "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names("ann@example.com"), ElementsAre("calendly_booked"));
    EXPECT_EQ(system_->dead(), 0);
    const auto again = run({"dead", "replay", id, "--json"});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_EQ(text_at(json::parse(last_line(again.output)), "/missing/0"), id);
    EXPECT_THAT(again.errors, HasSubstr("no dead letter has the id " + id));
}

TEST_F(ProductDead, ASecondBurialKeepsTheFirstIdAndCountsTheReplays) {
    start_with_letters({"ann@example.com"});
    const auto first = system_->dead_letter().at("origin_id");
    for (const auto* replays : {"1", "2"}) {
        sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
                        {{"status", 400}, {"body", {{"code", "invalid_parameter"}, {"message", "no"}}}});
        EXPECT_EQ(run({"dead", "replay", "--status", "400", "--yes"}).exit_code, 0);
        settle();
        harness::wait_until([&] { return system_->dead() == 1; }, "it should be buried again");
        EXPECT_EQ(system_->dead_letter().at("origin_id"), first);
        EXPECT_EQ(system_->dead_letter().at("replays"), replays);
    }
    EXPECT_EQ(text_at(run_json({"dead", "list"}), "/items/0/replays"), "2");
    EXPECT_EQ(text_at(run_json({"dead", "list"}), "/items/0/origin_id"), first);
}

TEST_F(ProductDead, WhatIsMeantMustBeSaid) {
    lay();
    for (const auto* command : {"replay", "discard"}) {
        const auto neither = run({"dead", command});
        EXPECT_EQ(neither.exit_code, 2) << command;
        EXPECT_THAT(neither.errors, HasSubstr("--reason"));
        EXPECT_EQ(run({"dead", command, "1-1", "--q", "x"}).exit_code, 2) << "both";
        EXPECT_EQ(run({"dead", command, "1-1", "--yes"}).exit_code, 1) << "missing";
        EXPECT_EQ(run({"dead", command, "1-1", "--dry-run"}).exit_code, 1);
        EXPECT_EQ(run({"dead", command, "--q", "x", "--yes"}).exit_code, 0) << "none fits";
    }
}

TEST_F(ProductDead, AFilterActsOnExactlyWhatItTakesAndAsksFirst) {
    start_with_letters({"ann@example.com", "bea@example.com"});
    bury({"cleo@example.com"}, 422);
    const auto asks = run({"dead", "replay", "--status", "400"});
    EXPECT_EQ(asks.exit_code, 1);
    EXPECT_THAT(asks.errors, AllOf(HasSubstr("2 dead letters with the status 400"), HasSubstr("--yes")));
    EXPECT_THAT(run({"dead", "replay", "--status", "400", "--dry-run"}).output, HasSubstr("2 dead letters"));
    EXPECT_EQ(system_->dead(), 3);
    EXPECT_EQ(text_at(run_json({"dead", "replay", "--status", "400", "--yes"}), "/replayed"), "2");
    settle();
    EXPECT_EQ(system_->dead(), 1);
    EXPECT_EQ(sandbox().contact_count(), 2u);
}

TEST_F(ProductDead, WhatWasSyncedMeanwhileIsMarked) {
    start_with_letters({"ann@example.com"});
    const auto body = system_->dead_letter().at("body");
    ASSERT_EQ(system_->post(body), 200u);
    settle();
    EXPECT_EQ(text_at(run_json({"dead", "list"}), "/items/0/superseded"), "true");
    EXPECT_THAT(run({"dead", "list"}).output, HasSubstr("yes"));
}

TEST_F(ProductDead, DiscardGivesBackWhatItRemoves) {
    start_with_letters({"ann@example.com"});
    const auto id = letter_ids().at(0);
    EXPECT_EQ(run({"dead", "discard", id}).exit_code, 1) << "nobody is there to ask";
    EXPECT_EQ(system_->dead(), 1);
    const auto discarded = run_json({"dead", "discard", id, "--yes"});
    EXPECT_EQ(text_at(discarded, "/discarded"), "1");
    EXPECT_THAT(text_at(discarded, "/items/0/body"), HasSubstr("ann@example.com"));
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(ProductDead, AnExportIsPrivateAndNeverOverwritesAFile) {
    start_with_letters({"ann@example.com", "bea@example.com"});
    const auto file = system_->folder() / "letters.jsonl";
    const auto done = run({"dead", "discard", "--status", "400", "--yes", "--export", file.string()});
    EXPECT_EQ(done.exit_code, 0) << done.errors;
    struct stat facts {};
    ASSERT_EQ(::stat(file.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u);
    const auto lines = harness::read_file(file);
    EXPECT_EQ(std::ranges::count(lines, '\n'), 2);
    EXPECT_THAT(text_at(json::parse(lines.substr(0, lines.find('\n'))), "/body"),
                HasSubstr("ann@example.com"));
    EXPECT_EQ(system_->dead(), 0);
    bury({"cleo@example.com"});
    const auto refused = run({"dead", "discard", "--status", "400", "--yes", "--export", file.string()});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("there is such a file already"));
    EXPECT_EQ(system_->dead(), 1);
    EXPECT_EQ(harness::read_file(file), lines);
}

}  // namespace dead_test
}  // namespace e2e
