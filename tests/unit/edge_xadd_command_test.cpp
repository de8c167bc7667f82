#include "ngx_module/xadd_command.hpp"

#include <gmock/gmock.h>

namespace edge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Pieces = std::vector<std::string_view>;

Pieces unsent(const XaddCommand& command, std::size_t room = 64) {
    Pieces pieces;
    command.append_unsent(pieces, room);
    return pieces;
}

std::string joined(const Pieces& pieces) {
    std::string text;
    for (const auto piece : pieces) text += piece;
    return text;
}

TEST(EdgeXaddCommand, IsHeadBodyAndEndOfBulk) {
    const Pieces body = {"one", "two"};
    const XaddCommand command("head", body);
    EXPECT_THAT(unsent(command), ElementsAre("head", "one", "two", "\r\n"));
    EXPECT_TRUE(command.untouched());
}

TEST(EdgeXaddCommand, SendsTheBodyFromWhereItLies) {
    const Pieces body = {"one"};
    const XaddCommand command("head", body);
    EXPECT_EQ(unsent(command)[1].data(), body[0].data());
}

TEST(EdgeXaddCommand, MayHaveNoBody) {
    EXPECT_THAT(unsent(XaddCommand("head", {})), ElementsAre("head", "\r\n"));
    const Pieces empty = {"", ""};
    EXPECT_THAT(unsent(XaddCommand("head", empty)), ElementsAre("head", "\r\n"));
}

TEST(EdgeXaddCommand, GoesOnWhereTheKernelStopped) {
    const Pieces body = {"one", "two"};
    const std::string whole = "headonetwo\r\n";
    for (std::size_t first = 0; first <= whole.size(); ++first) {
        XaddCommand command("head", body);
        EXPECT_EQ(command.advance(first), 0u);
        EXPECT_EQ(joined(unsent(command)), whole.substr(first));
        EXPECT_EQ(command.untouched(), first == 0);
        EXPECT_EQ(command.sent(), first == whole.size());
        EXPECT_EQ(command.advance(whole.size()), first) << "the rest belongs to the next command";
        EXPECT_TRUE(command.sent());
        EXPECT_THAT(unsent(command), IsEmpty());
    }
}

TEST(EdgeXaddCommand, FillsNoMoreThanTheRoom) {
    const Pieces body = {"one", "two"};
    const XaddCommand command("head", body);
    Pieces pieces;
    EXPECT_FALSE(command.append_unsent(pieces, 3));
    EXPECT_THAT(pieces, ElementsAre("head", "one", "two"));
    EXPECT_FALSE(command.append_unsent(pieces, 0));
    EXPECT_EQ(pieces.size(), 3u);
    EXPECT_TRUE(command.append_unsent(pieces, 4));
}

TEST(EdgeXaddCommand, OutlivesTheBodyOnceItOwnsIt) {
    std::string first = "one", second = "two";
    Pieces body = {first, second};
    XaddCommand command("head", body);
    command.advance(5);
    command.own_body();
    first = "###";
    second = "###";
    body.clear();
    EXPECT_EQ(joined(unsent(command)), "netwo\r\n");
}

}  // namespace
}  // namespace edge
