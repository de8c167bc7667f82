// What Brevo may have and no commit has recorded is neither forgotten nor done twice.
#include "unit/sync/fixture.hpp"

namespace open_work_test {

using namespace sync_support;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using OpenWorkTest = SettlingTest;

rules::Progress sent(const std::string& id) {
    rules::Progress progress;
    progress.sent.insert(id);
    return progress;
}

TEST_F(OpenWorkTest, NothingIsOpenOfANewPerson) {
    const auto hold = hold_on({ada});
    EXPECT_FALSE(open_work.is_open(hold.of(ada)));
    EXPECT_THAT(open_work.load(hold.of(ada)).sent, IsEmpty());
}

TEST_F(OpenWorkTest, WhatIsStoredAndWhatIsKnownHereCountTogether) {
    people.people[ada].progress = rules::serialize(sent("stored"));
    open_work.note(ada, sent("noted"));
    const auto hold = hold_on({ada});
    EXPECT_TRUE(open_work.is_open(hold.of(ada)));
    EXPECT_THAT(open_work.load(hold.of(ada)).sent, UnorderedElementsAre("stored", "noted"));
}

TEST_F(OpenWorkTest, AWorkThatEndsWithoutItsCommitRecordsWhatItDid) {
    const auto hold = hold_on({ada, bea});
    open_work.note(ada, sent("e"));
    run(open_work.save({ada, bea}, hold));
    EXPECT_THAT(rules::parse_progress(people.people[ada].progress).sent, UnorderedElementsAre("e"));
    EXPECT_EQ(people.people[bea].progress, "");
}

TEST_F(OpenWorkTest, WithoutTheLeaseItStaysKnownHere) {
    auto hold = hold_on({ada});
    open_work.note(ada, sent("e"));
    people.lose(ada);
    run(open_work.save({ada}, hold));
    EXPECT_EQ(people.people[ada].progress, "");
    EXPECT_TRUE(open_work.is_open(hold.of(ada)));
    hold.give_up(ada);
    run(open_work.save({ada}, hold));
    EXPECT_EQ(people.calls.back(), "record " + ada) << "not asked for a lease that was given back";
}

TEST_F(OpenWorkTest, ARedisThatCannotBeWrittenLosesNothing) {
    const auto hold = hold_on({ada});
    open_work.note(ada, sent("e"));
    people.on_call = [](const std::string&) { throw redis::Error(redis::Error::Kind::refused, "full"); };
    run(open_work.save({ada}, hold));
    EXPECT_TRUE(open_work.is_open(hold.of(ada)));
}

TEST_F(OpenWorkTest, ACommitClosesIt) {
    const auto hold = hold_on({ada});
    open_work.note(ada, sent("e"));
    open_work.close(ada);
    EXPECT_FALSE(open_work.is_open(hold.of(ada)));
}

}  // namespace open_work_test
