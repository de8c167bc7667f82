#include "ngx_module/store/entry_command.hpp"

#include <gmock/gmock.h>

#include "shared/resp.hpp"

namespace edge::store {
namespace entry_command_test {

using testing::IsEmpty;
using Pieces = std::vector<std::string_view>;

const shared::XaddHead example{
    .stream = "calendly:{c}:webhooks", .t = "17", .received_ms = 18, .key_index = 0};

std::string head_for(std::size_t body_size) {
    std::string head;
    shared::append_xadd_head(head, example, body_size);
    return head;
}

Pieces unsent(const EntryCommand& command, std::size_t room = 64) {
    Pieces pieces;
    command.append_unsent(pieces, room);
    return pieces;
}

std::string joined(const Pieces& pieces) {
    std::string text;
    for (const auto piece : pieces) text += piece;
    return text;
}

struct Command : EntryCommand {
    explicit Command(std::span<const std::string_view> body) { assign(example, body); }
};

TEST(EdgeEntryCommand, IsHeadBodyAndEndOfBulk) {
    const Pieces body = {"one", "two"};
    const Command command(body);
    EXPECT_EQ(joined(unsent(command)), head_for(6) + "onetwo\r\n");
    EXPECT_TRUE(command.untouched());
}

TEST(EdgeEntryCommand, SendsTheBodyFromWhereItLies) {
    const Pieces body = {"one"};
    const Command command(body);
    EXPECT_EQ(unsent(command)[1].data(), body[0].data());
}

TEST(EdgeEntryCommand, MayHaveNoBody) {
    EXPECT_EQ(joined(unsent(Command({}))), head_for(0) + "\r\n");
    const Pieces empty = {"", ""};
    EXPECT_EQ(unsent(Command(empty)).size(), 2u) << "nothing to send for an empty piece";
}

TEST(EdgeEntryCommand, GoesOnWhereTheKernelStopped) {
    const Pieces body = {"one", "two"};
    const std::string whole = head_for(6) + "onetwo\r\n";
    for (std::size_t first = 0; first <= whole.size(); ++first) {
        Command command(body);
        EXPECT_EQ(command.advance(first), 0u);
        EXPECT_EQ(joined(unsent(command)), whole.substr(first));
        EXPECT_EQ(command.untouched(), first == 0);
        EXPECT_EQ(command.sent(), first == whole.size());
        EXPECT_EQ(command.advance(whole.size()), first) << "the rest belongs to the next command";
        EXPECT_TRUE(command.sent());
        EXPECT_THAT(unsent(command), IsEmpty());
    }
}

TEST(EdgeEntryCommand, FillsNoMoreThanTheRoom) {
    const Pieces body = {"one", "two"};
    const Command command(body);
    Pieces pieces;
    EXPECT_FALSE(command.append_unsent(pieces, 3));
    EXPECT_EQ(joined(pieces), head_for(6) + "onetwo");
    EXPECT_FALSE(command.append_unsent(pieces, 0));
    EXPECT_EQ(pieces.size(), 3u);
    EXPECT_TRUE(command.append_unsent(pieces, 4));
}

TEST(EdgeEntryCommand, OutlivesTheBodyOnceItOwnsIt) {
    std::string first = "one", second = "two";
    Pieces body = {first, second};
    Command command(body);
    command.advance(head_for(6).size() + 1);
    command.own_body();
    command.own_body();  // again, as when it is late, too
    first = "###";
    second = "###";
    body.clear();
    EXPECT_EQ(joined(unsent(command)), "netwo\r\n");
}

TEST(EdgeEntryCommand, MayOpenAndEndATransaction) {
    const Pieces body = {"one"};
    const std::string multi = "*1\r\n$5\r\nMULTI\r\n", exec = "*1\r\n$4\r\nEXEC\r\n";
    const std::string alone = head_for(3) + "one\r\n";
    Command command(body);
    command.wrap(Command::Before::multi, false);
    EXPECT_EQ(joined(unsent(command)), multi + alone);
    command.wrap(Command::Before::nothing, true);
    EXPECT_EQ(joined(unsent(command)), alone + exec);
    command.advance(command.size() - 1);
    EXPECT_EQ(joined(unsent(command)), "\n");
    command.assign(example, body);
    EXPECT_EQ(joined(unsent(command)), alone);
}

TEST(EdgeEntryCommand, ServesAgain) {
    const Pieces long_body = {std::string_view("a longer body than the second one")}, short_body = {"two"};
    Command command(long_body);
    command.advance(20);
    command.own_body();
    command.clear();
    command.assign(example, short_body);
    EXPECT_TRUE(command.untouched());
    EXPECT_EQ(joined(unsent(command)), head_for(3) + "two\r\n");
}

shared::ReplyPtr reply(std::string_view bytes) {
    shared::ReplyReader reader;
    reader.feed(bytes);
    return reader.next();
}

TEST(EdgeEntryCommand, WhatXaddAnswersIsAStreamIdOrNot) {
    EXPECT_TRUE(is_stream_id(*reply("$15\r\n1700000000000-0\r\n")));
    for (const auto* other :
         {"+1700000000000-0\r\n", "$-1\r\n", "$0\r\n\r\n", "$2\r\n1-\r\n", "$2\r\n-1\r\n", "$3\r\n1-x\r\n",
          "$5\r\n1-2-3\r\n", "$23\r\n111111111111111111111-1\r\n", ":1\r\n", "-OOM\r\n", "+OK\r\n"})
        EXPECT_FALSE(is_stream_id(*reply(other))) << other;
}

}  // namespace entry_command_test
}  // namespace edge::store
