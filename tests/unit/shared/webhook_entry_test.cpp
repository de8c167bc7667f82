#include "shared/webhook_entry.hpp"

#include <gtest/gtest.h>

#include "shared/resp.hpp"

namespace webhook_entry_test {

shared::ReplyPtr read_reply(std::string_view bytes) {
    shared::ReplyReader reader;
    reader.feed(bytes);
    return reader.next();
}

TEST(WebhookEntry, ConnectorNamesAreLowerCaseDigitsDashAndUnderscore) {
    for (const auto* name : {"a", "calendly", "team-2_eu"})
        EXPECT_TRUE(shared::is_connector_name(name)) << name;
    for (const auto& name :
         {std::string(), std::string("A"), std::string("a b"), std::string("a}"), std::string(65, 'a')})
        EXPECT_FALSE(shared::is_connector_name(name)) << name;
}

TEST(WebhookEntry, KeysOfAConnectorShareOneSlot) {
    EXPECT_EQ(shared::webhooks_key("calendly"), "calendly:{calendly}:webhooks");
    EXPECT_EQ(shared::dead_key("x"), "calendly:{x}:dead");
}

TEST(WebhookEntry, HeadAndBodyMakeOneCommand) {
    std::string command;
    shared::append_xadd_head(command, {.stream = "s", .t = "17", .received_ms = 18, .key_index = 1}, 4);
    command += "{\r\n}\r\n";
    const auto reply = read_reply(command);  // a command is an array, as a reply is
    ASSERT_TRUE(reply);
    std::vector<std::string_view> arguments;
    for (std::size_t i = 0; i < reply->elements; ++i) arguments.push_back(shared::text(*reply->element[i]));
    EXPECT_EQ(arguments, (std::vector<std::string_view>{"XADD", "s", "*", "t", "17", "received_ms", "18",
                                                        "key", "1", "body", "{\r\n}"}));
}

TEST(WebhookEntry, IsReadInAnyFieldOrder) {
    const auto reply = read_reply(
        "*2\r\n$3\r\n1-0\r\n*10\r\n$4\r\nbody\r\n$2\r\n{}\r\n$3\r\nkey\r\n$1\r\n0\r\n$3\r\nnew\r\n$1\r\nx\r\n"
        "$1\r\nt\r\n$2\r\n17\r\n$11\r\nreceived_ms\r\n$2\r\n18\r\n");
    const auto entry = shared::parse_webhook_entry(*reply);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->id, "1-0");
    EXPECT_EQ(entry->body, "{}");
    EXPECT_EQ(entry->t, "17");
    EXPECT_EQ(entry->received_ms, 18);
    EXPECT_EQ(entry->key, "0");
}

TEST(WebhookEntry, IsNothingWithoutAnIdOrABody) {
    for (const auto* bytes :
         {"*0\r\n", "$1\r\na\r\n", "*2\r\n$3\r\n1-0\r\n$-1\r\n", "*2\r\n$3\r\n1-0\r\n*2\r\n+t\r\n+1\r\n",
          "*2\r\n$0\r\n\r\n*2\r\n+body\r\n+x\r\n"})
        EXPECT_FALSE(shared::parse_webhook_entry(*read_reply(bytes))) << bytes;
}

}  // namespace webhook_entry_test
