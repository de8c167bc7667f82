#include "ngx_module/store/entry_pipeline.hpp"

#include <gmock/gmock.h>

#include "shared/redis_trouble.hpp"

namespace edge::store {
namespace entry_pipeline_test {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using Pieces = std::vector<std::string_view>;

struct Listener : Observer {
    void on_stored(std::string_view) noexcept override {}
    void on_not_stored(Result) noexcept override {}
};

redisReply reply(int type, std::string_view text = {}) {
    redisReply made{};
    made.type = type;
    made.str = const_cast<char*>(text.data());
    made.len = static_cast<decltype(made.len)>(text.size());
    return made;
}

const redisReply status = reply(REDIS_REPLY_STATUS, "OK"), error = reply(REDIS_REPLY_ERROR, "ERR no"),
                 id = reply(REDIS_REPLY_STRING, "1-1"),
                 no_right = reply(REDIS_REPLY_ERROR, "NOPERM this user has no permissions"),
                 no_exec =
                     reply(REDIS_REPLY_ERROR, "EXECABORT Transaction discarded because of: NOPERM this");

const redisReply moved = reply(REDIS_REPLY_ERROR, "MOVED 3999 10.0.0.2:7000"),
                 asked = reply(REDIS_REPLY_ERROR, "ASK 3999 10.0.0.2:7000"),
                 aborted =
                     reply(REDIS_REPLY_ERROR, "EXECABORT Transaction discarded because of previous errors.");
const shared::RedisRedirection moved_there{false, "10.0.0.2", 7000}, asked_there{true, "10.0.0.2", 7000};

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
    return n;
}

class EdgeEntryPipeline : public testing::Test {
protected:
    static Clock::time_point at(int second) { return Clock::time_point(std::chrono::seconds(second)); }

    PendingEntry& push(const Pieces& body, std::string_view stream = "s", int second = 0) {
        return pipeline_.push({.stream = stream, .t = "1", .received_ms = 2, .key_index = 0}, body,
                              {&observer_, &metrics_, at(second)});
    }

    void push_large(std::size_t many, std::string_view stream = "s") {
        for (std::size_t i = 0; i < many; ++i) push(large_, stream);
    }

    std::string unsent(EntryPipeline::Pace pace = EntryPipeline::Pace::at_once) {
        Pieces pieces;
        pipeline_.append_unsent(pieces, 10'000, pace);
        std::string text;
        for (const auto piece : pieces) text += piece;
        return text;
    }

    void send_all() { pipeline_.advance(unsent().size()); }

    // Where the reply sends entries; settles none.
    std::optional<shared::RedisRedirection> redirected(const redisReply& answer) {
        const auto reading = pipeline_.on_reply(answer);
        EXPECT_EQ(reading.problem, "");
        EXPECT_THAT(reading.outcomes, IsEmpty());
        return reading.redirection;
    }
    // The other node's.
    static std::string unsent_of(EntryPipeline& other) {
        Pieces pieces;
        other.append_unsent(pieces, 10'000);
        std::string text;
        for (const auto piece : pieces) text += piece;
        other.advance(text.size());
        return text;
    }

    // How many deliveries a reply settles; the connection stays usable.
    std::size_t settled(const redisReply& answer) {
        const auto reading = pipeline_.on_reply(answer);
        EXPECT_EQ(reading.problem, "");
        return static_cast<std::size_t>(
            std::ranges::count_if(reading.outcomes, &EntryPipeline::Outcome::settles));
    }

    const Pieces first_ = {"first"}, second_ = {"second"}, third_ = {"third"};
    const std::string body_ = std::string(9000, 'x');
    const Pieces large_ = {body_};
    Listener observer_;
    metrics::ConnectorMetrics metrics_;
    EntryPipeline pipeline_;
};

TEST_F(EdgeEntryPipeline, SendsInTheOrderOfArrivalHoweverTheKernelCuts) {
    for (const auto* body : {&first_, &second_, &third_}) push(*body);
    const std::string whole = unsent();
    for (std::size_t sent = 0; sent < whole.size(); ++sent) {
        EXPECT_EQ(unsent(), whole.substr(sent));
        pipeline_.advance(1);
    }
    EXPECT_EQ(unsent(), "");
    push(first_);
    EXPECT_THAT(unsent(), HasSubstr("first"));
}

TEST_F(EdgeEntryPipeline, EachReplyBelongsToTheOldest) {
    push(first_);
    push(second_);
    send_all();
    EXPECT_EQ(pipeline_.on_reply(id).outcomes[0].waiter.observer, &observer_);
    EXPECT_EQ(settled(error), 1u);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, KnowsAReplyThatNobodyAskedFor) {
    EXPECT_NE(pipeline_.on_reply(id).problem, "");
    push(first_);
    EXPECT_NE(pipeline_.on_reply(id).problem, "");
    pipeline_.advance(unsent().size() - 1);
    EXPECT_NE(pipeline_.on_reply(id).problem, "") << "a command that is not sent to its end";
}

TEST_F(EdgeEntryPipeline, UsesItsMemoryAgain) {
    const PendingEntry* const before = &push(first_);
    send_all();
    EXPECT_EQ(settled(id), 1u);
    EXPECT_EQ(&push(second_), before);
}

TEST_F(EdgeEntryPipeline, SettlesABurstAsAnyOtherDelivery) {
    for (int i = 0; i < 300; ++i) push(first_);
    send_all();
    for (int i = 0; i < 300; ++i) EXPECT_EQ(settled(id), 1u);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, WaitsForNothingWhenItWasCleared) {
    push(first_);
    send_all();
    pipeline_.clear();
    EXPECT_TRUE(pipeline_.empty());
    EXPECT_NE(pipeline_.on_reply(id).problem, "");
    push(second_);
    send_all();
    EXPECT_EQ(settled(id), 1u);
}

TEST_F(EdgeEntryPipeline, SendsNothingOfWhatIsForgotten) {
    const PendingEntry& pending = push(first_);
    push(second_);
    for (int i = 0; i < 2; ++i) pipeline_.forget(pending);
    EXPECT_EQ(pipeline_.size(), 1u);
    EXPECT_THAT(unsent(), Not(HasSubstr("first")));
}

TEST_F(EdgeEntryPipeline, MakesATransactionOfWhatRedisWouldReadInSeveralTurns) {
    push_large(3);
    const auto bytes = unsent();
    EXPECT_THAT(bytes, StartsWith("*1\r\n$5\r\nMULTI\r\n*11"));
    EXPECT_THAT(bytes, EndsWith("\r\n*1\r\n$4\r\nEXEC\r\n"));
    EXPECT_EQ(count(bytes, "XADD"), 3u);
    EXPECT_EQ(count(bytes, "MULTI"), 1u);
}

TEST_F(EdgeEntryPipeline, MakesNoTransactionOfTheFewOrTheSmall) {
    push_large(1);
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
    push(first_);
    push(second_);
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
}

TEST_F(EdgeEntryPipeline, TakesNothingIntoATransactionThatCameLater) {
    push_large(2);
    unsent();
    push_large(3);
    EXPECT_EQ(count(unsent(), "MULTI"), 2u);
}

TEST_F(EdgeEntryPipeline, OneByOneABatchBeginsWhenTheOneBeforeIsAnswered) {
    constexpr auto one_by_one = EntryPipeline::Pace::one_by_one;
    push(first_);
    pipeline_.advance(unsent(one_by_one).size() - 1);
    push_large(1);
    push_large(1);
    EXPECT_EQ(unsent(one_by_one).size(), 1u) << "the rest of the first";
    pipeline_.advance(1);
    EXPECT_EQ(unsent(one_by_one), "");
    EXPECT_EQ(settled(id), 1u);
    EXPECT_EQ(count(unsent(one_by_one), "XADD"), 2u);
    EXPECT_EQ(count(unsent(one_by_one), "MULTI"), 1u);
}

TEST_F(EdgeEntryPipeline, MixesNoStreamsInATransaction) {
    push_large(2, "s");
    push_large(1, "other");
    push_large(2, "s");
    const auto bytes = unsent();
    EXPECT_EQ(count(bytes, "MULTI"), 2u);
    EXPECT_LT(bytes.find("EXEC"), bytes.find("other"));
    EXPECT_LT(bytes.find("other"), bytes.rfind("MULTI"));
}

TEST_F(EdgeEntryPipeline, MakesNoTransactionLongerThanTheReplyThatIsRead) {
    push_large(EntryPipeline::max_batch + 2);
    EXPECT_EQ(count(unsent(), "EXEC"), 2u);
}

TEST_F(EdgeEntryPipeline, ATransactionIsSettledByTheReplyToExec) {
    push_large(3);
    send_all();
    for (int i = 0; i < 4; ++i) EXPECT_EQ(settled(status), 0u);
    redisReply second = error, ids[] = {id, second, id};
    redisReply* elements[] = {&ids[0], &ids[1], &ids[2]};
    redisReply array = reply(REDIS_REPLY_ARRAY);
    array.elements = 3;
    array.element = elements;
    const auto outcomes = pipeline_.on_reply(array).outcomes;
    ASSERT_THAT(outcomes, SizeIs(3));
    EXPECT_EQ(outcomes[1].reply, &ids[1]);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, AnErrorInsideATransactionIsToldAndItsEndSettlesAll) {
    push_large(2);
    send_all();
    EXPECT_EQ(settled(status), 0u);
    EXPECT_EQ(settled(status), 0u);
    const auto reading = pipeline_.on_reply(error);
    ASSERT_THAT(reading.outcomes, SizeIs(1));
    EXPECT_FALSE(reading.outcomes[0].settles);
    EXPECT_EQ(settled(error), 2u) << "EXECABORT";
}

TEST_F(EdgeEntryPipeline, ATransactionThatIsNotSentToItsEndHasNoReply) {
    push_large(2);
    pipeline_.advance(unsent().size() - 1);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(settled(status), 0u);
    EXPECT_NE(pipeline_.on_reply(error).problem, "");
}

TEST_F(EdgeEntryPipeline, NobodyAskedForTheReplyToAForgottenTransaction) {
    const PendingEntry &one = push(large_), &other = push(large_);
    send_all();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(settled(status), 0u);
    pipeline_.forget(one);
    pipeline_.forget(other);
    EXPECT_NE(pipeline_.on_reply(error).problem, "");
}

TEST_F(EdgeEntryPipeline, WithoutTheRightToMultiEachDeliveryHasItsOwnReplyAndNoMoreAreMade) {
    push_large(2);
    push_large(0);
    send_all();
    EXPECT_EQ(settled(no_right), 0u);
    EXPECT_EQ(settled(id), 1u);
    EXPECT_EQ(settled(error), 1u);
    EXPECT_EQ(settled(error), 0u) << "EXEC without MULTI";
    push_large(2);
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
}

TEST_F(EdgeEntryPipeline, WithoutTheRightToExecTheConnectionIsLostAndNoMoreAreMade) {
    push_large(2);
    send_all();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(settled(status), 0u);
    const auto reading = pipeline_.on_reply(no_exec);
    EXPECT_THAT(std::string(reading.problem), HasSubstr("+exec"));
    EXPECT_THAT(reading.outcomes, SizeIs(2));
    pipeline_.begin_anew();
    push_large(2);
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
}

TEST_F(EdgeEntryPipeline, WhatWasNotSentBeginsAnewOnAnotherConnection) {
    push_large(3);
    unsent();
    pipeline_.advance(100);  // a part of the first
    pipeline_.begin_anew();
    EXPECT_TRUE(pipeline_.give_up(false));
    EXPECT_FALSE(pipeline_.give_up(false)) << "the others may wait";
    const auto bytes = unsent();
    EXPECT_EQ(count(bytes, "XADD"), 2u);
    EXPECT_THAT(bytes, StartsWith("*1\r\n$5\r\nMULTI"));
    EXPECT_TRUE(pipeline_.give_up(true));
    EXPECT_TRUE(pipeline_.give_up(true));
    EXPECT_FALSE(pipeline_.give_up(true));
}

TEST_F(EdgeEntryPipeline, TheLateAreToldOnceAndTheirRepliesStillRecognised) {
    EXPECT_EQ(pipeline_.oldest(), std::nullopt);
    push(first_, "s", 1);
    send_all();
    push(second_, "s", 2);
    push(third_, "s", 3);
    EXPECT_EQ(pipeline_.oldest(), at(1));
    EXPECT_THAT(pipeline_.make_late(at(2)), SizeIs(2));
    EXPECT_EQ(pipeline_.oldest(), at(3));
    EXPECT_THAT(pipeline_.make_late(at(2)), IsEmpty());
    EXPECT_THAT(unsent(), AllOf(HasSubstr("third"), Not(HasSubstr("second")))) << "not sent, not stored";
    const auto outcomes = pipeline_.on_reply(id).outcomes;
    ASSERT_THAT(outcomes, SizeIs(1));
    EXPECT_EQ(outcomes[0].waiter.metrics, nullptr) << "it was told";
}

TEST_F(EdgeEntryPipeline, WhatIsSentInPartIsSentToItsEndThoughTheRequestDies) {
    std::string text(100, 'x');
    Pieces body = {text};
    PendingEntry& pending = push(body, "s", 1);
    const auto whole = unsent();
    pipeline_.advance(whole.size() - 50);
    EXPECT_TRUE(pipeline_.leave(pending));
    EXPECT_THAT(pipeline_.make_late(at(1)), SizeIs(1)) << "owning its body a second time must change nothing";
    text.assign(100, '#');
    body.clear();
    EXPECT_EQ(unsent(), whole.substr(whole.size() - 50));
    send_all();
    EXPECT_EQ(pipeline_.on_reply(id).outcomes[0].waiter.observer, nullptr);
}

// --- a cluster

TEST_F(EdgeEntryPipeline, WhatAnotherNodeHasIsSentThere) {
    const auto& pending = push(first_);
    push(second_, "other");
    const auto sent = unsent();
    send_all();
    EXPECT_EQ(redirected(moved), moved_there);
    EXPECT_EQ(pipeline_.redirected_stream(), "s");
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_EQ(settled(id), 1u) << "the second";
    EXPECT_TRUE(pipeline_.empty());
    EXPECT_TRUE(there.has(pending));
    EXPECT_EQ(unsent_of(there), sent.substr(0, sent.size() / 2 - 2)) << "as it was";
    EXPECT_THAT(there.on_reply(id).outcomes, SizeIs(1));
}

TEST_F(EdgeEntryPipeline, AskingGoesBeforeWhatANodeShallTakeThisOnce) {
    push(first_);
    push(second_);
    send_all();
    EntryPipeline there;
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(redirected(asked), asked_there);
        there.adopt(pipeline_, true);
    }
    const auto sent = unsent_of(there);
    EXPECT_THAT(sent, StartsWith("*1\r\n$6\r\nASKING\r\n*"));
    EXPECT_EQ(count(sent, "ASKING"), 2u);
    EXPECT_THAT(there.on_reply(status).outcomes, IsEmpty());
    EXPECT_THAT(there.on_reply(id).outcomes, SizeIs(1));
    const auto refused = there.on_reply(no_right);
    EXPECT_THAT(refused.outcomes, SizeIs(1)) << "is told";
    EXPECT_FALSE(refused.outcomes.front().settles);
    EXPECT_EQ(there.on_reply(moved).redirection, moved_there) << "who may not ask is sent back";
}

TEST_F(EdgeEntryPipeline, ATransactionThatARedirectionAbortedGoesThereAsAWhole) {
    push_large(3);
    send_all();
    EXPECT_EQ(settled(status), 0u);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(settled(i == 1 ? moved : status), 0u);
    EXPECT_EQ(redirected(aborted), moved_there);
    EXPECT_TRUE(pipeline_.empty());
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_EQ(there.size(), 3u);
    EXPECT_EQ(count(unsent_of(there), "MULTI"), 1u);
}

TEST_F(EdgeEntryPipeline, ATransactionWhoseSlotLeftBeforeItsEndGoesThereToo) {
    push_large(2);
    send_all();
    for (int i = 0; i < 3; ++i) settled(status);
    EXPECT_EQ(redirected(moved), moved_there);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, ATransactionThatAnotherErrorAbortedIsSettled) {
    push_large(2);
    send_all();
    settled(status);
    settled(status);
    settled(error);
    EXPECT_EQ(settled(aborted), 2u);
}

TEST_F(EdgeEntryPipeline, OfAnAbortedTransactionWhoIsGoneIsNotSentAgain) {
    push_large(1);
    auto& gone = push(large_);
    push_large(1);
    send_all();
    EXPECT_TRUE(EntryPipeline::leave(gone));
    for (int i = 0; i < 4; ++i) settled(i == 1 ? moved : status);
    const auto end = pipeline_.on_reply(aborted);
    EXPECT_THAT(end.outcomes, SizeIs(1));
    EXPECT_EQ(end.redirection, moved_there);
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_EQ(there.size(), 2u);
}

TEST_F(EdgeEntryPipeline, ATransactionThatIsShorterThanItsRepliesStillGoesThere) {
    push_large(2);
    auto& forgotten = push(large_);
    send_all();
    for (int i = 0; i < 4; ++i) settled(i == 1 ? moved : status);
    pipeline_.forget(forgotten);
    const auto end = pipeline_.on_reply(aborted);
    EXPECT_EQ(end.problem, shared::reply_too_many);
    EXPECT_EQ(end.redirection, moved_there) << "nobody is left behind";
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_EQ(there.size(), 2u);
}

TEST_F(EdgeEntryPipeline, AReplyThatIsTooEarlySendsNobodyAbout) {
    push_large(2);
    pipeline_.advance(unsent().size() - 1);
    for (int i = 0; i < 3; ++i) settled(status);
    EXPECT_EQ(pipeline_.on_reply(moved).problem, shared::reply_too_many);
}

TEST_F(EdgeEntryPipeline, WhoLeftBeforeItWasSentIsSentThereToo) {
    auto& gone = push(first_);
    EXPECT_TRUE(EntryPipeline::leave(gone)) << "its body was copied";
    send_all();
    EXPECT_EQ(redirected(moved), moved_there);
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_THAT(unsent_of(there), HasSubstr("first"));
}

TEST_F(EdgeEntryPipeline, WhatIsAdoptedGoesBehindWhatWaitsThere) {
    push(first_);
    push(second_);
    send_all();
    EntryPipeline there;
    there.push({.stream = "s", .t = "1", .received_ms = 2, .key_index = 0}, third_,
               {&observer_, &metrics_, at(0)});
    for (int i = 0; i < 2; ++i) {
        redirected(asked);
        there.adopt(pipeline_, true);
    }
    const auto sent = unsent_of(there);
    EXPECT_LT(sent.find("third"), sent.find("ASKING")) << "ASKING is for what comes after it";
    EXPECT_EQ(count(sent, "ASKING"), 2u);
}

TEST_F(EdgeEntryPipeline, NothingIsAdoptedWhereNothingWasRedirected) {
    EXPECT_EQ(pipeline_.redirected_stream(), "");
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_TRUE(there.empty());
}

TEST_F(EdgeEntryPipeline, NobodyIsSentAboutForEver) {
    push(first_);
    EntryPipeline there;
    auto* here = &pipeline_;
    auto* other = &there;
    for (unsigned i = 0; i < EntryPipeline::most_redirections; ++i) {
        unsent_of(*here);
        EXPECT_TRUE(here->on_reply(moved).redirection);
        other->adopt(*here, false);
        std::swap(here, other);
    }
    unsent_of(*here);
    const auto end = here->on_reply(moved);
    EXPECT_FALSE(end.redirection);
    EXPECT_THAT(end.outcomes, SizeIs(1));
}

TEST_F(EdgeEntryPipeline, WhatNobodyWaitsForIsNotSentAgain) {
    auto& gone = push(first_);
    push(second_, "s", 1);
    send_all();
    EXPECT_TRUE(EntryPipeline::leave(gone)) << "its body, all sent, is gone, too";
    EXPECT_EQ(settled(moved), 1u);
    pipeline_.make_late(at(1));
    EXPECT_EQ(settled(moved), 1u);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, WhoIsAdoptedKeepsItsDeadline) {
    push(first_, "s", 1);
    send_all();
    redirected(moved);
    EntryPipeline there;
    const Waiter younger{&observer_, &metrics_, at(3)};
    there.push({.stream = "s", .t = "1", .received_ms = 2, .key_index = 0}, second_, younger);
    unsent_of(there);
    there.adopt(pipeline_, false);
    EXPECT_EQ(there.oldest(), at(1));
    EXPECT_THAT(there.make_late(at(2)), SizeIs(1)) << "the older one";
    EXPECT_EQ(there.oldest(), at(3));
    EXPECT_THAT(there.make_late(at(3)), SizeIs(1));
}

}  // namespace entry_pipeline_test
}  // namespace edge::store
