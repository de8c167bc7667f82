#include "ngx_module/redis/reply_reader.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "shared/resp.hpp"

namespace edge::redis {
namespace reply_reader_test {

const std::string many =
    "$15\r\n1700000000000-0\r\n+PONG\r\n-OOM command not allowed\r\n:7\r\n$-1\r\n$0\r\n\r\n*-1\r\n*0\r\n"
    "*3\r\n$6\r\nmaster\r\n:0\r\n*1\r\n*3\r\n$9\r\n127.0.0.1\r\n$4\r\n6380\r\n$1\r\n0\r\n+OK\r\n";

// A reply and its elements; what is in these is not kept.
struct Seen {
    int type;
    std::string text;
    std::vector<Seen> elements;
    bool operator==(const Seen&) const = default;
    friend void PrintTo(const Seen& seen, std::ostream* out) {
        *out << seen.type << ' ' << seen.text << ' ' << testing::PrintToString(seen.elements);
    }
};

Seen seen(const redisReply& reply, bool with_elements = true) {
    Seen one{reply.type, std::string(shared::text(reply)), {}};
    if (with_elements && reply.type == REDIS_REPLY_ARRAY)
        for (std::size_t i = 0; i < reply.elements; ++i)
            one.elements.push_back(seen(*reply.element[i], false));
    return one;
}

std::vector<Seen> as_hiredis_reads_it(const std::string& bytes) {
    shared::ReplyReader reader;
    reader.feed(bytes);
    std::vector<Seen> all;
    while (const auto reply = reader.next()) all.push_back(seen(*reply));
    return all;
}

TEST(EdgeReplyReader, SeesWhatHiredisSeesHoweverTheBytesAreCut) {
    const auto expected = as_hiredis_reads_it(many);
    ASSERT_EQ(expected.size(), 10u);
    EXPECT_EQ(expected[8].elements.size(), 3u);
    EXPECT_EQ(expected[8].elements[0].text, "master");
    for (std::size_t cut = 0; cut <= many.size(); ++cut) {
        ReplyReader reader;
        std::vector<Seen> all;
        for (const auto& part : {many.substr(0, cut), many.substr(cut)}) {
            reader.feed(part);
            while (const redisReply* const reply = reader.next()) all.push_back(seen(*reply));
        }
        EXPECT_EQ(all, expected) << cut;
        EXPECT_FALSE(reader.failed());
    }
}

TEST(EdgeReplyReader, KeepsTheBeginningOfALongText) {
    ReplyReader reader;
    reader.feed("-" + std::string(10'000, 'x') + "\r\n+OK\r\n");
    EXPECT_EQ(shared::text(*reader.next()), std::string(ReplyReader::max_text, 'x'));
    EXPECT_EQ(shared::text(*reader.next()), "OK");
    EXPECT_EQ(reader.next(), nullptr);
}

TEST(EdgeReplyReader, KeepsTheFirstElementsOfALongArray) {
    constexpr std::size_t count = ReplyReader::max_elements + 100;
    ReplyReader reader;
    std::string bytes;
    shared::append_array_header(bytes, count);
    for (std::size_t i = 0; i < count; ++i) shared::append_bulk(bytes, std::to_string(100 + i));
    reader.feed(bytes);
    const redisReply& reply = *reader.next();
    ASSERT_EQ(reply.elements, ReplyReader::max_elements);
    EXPECT_EQ(shared::text(*reply.element[0]), "100");
    EXPECT_EQ(shared::text(*reply.element[reply.elements - 1]), std::to_string(99 + reply.elements));
}

TEST(EdgeReplyReader, RefusesWhatIsNotRedis) {
    ReplyReader reader;
    reader.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_EQ(reader.next(), nullptr);
    EXPECT_TRUE(reader.failed());
}

TEST(EdgeReplyReader, TakesATypeThatItDoesNotKnowForNoText) {
    ReplyReader reader;
    reader.feed(",1.5\r\n");  // a double of RESP3; hiredis 0.14 does not know it either
    const redisReply* const reply = reader.next();
    EXPECT_TRUE(reader.failed() || (reply && shared::text(*reply).empty()));
}

TEST(EdgeReplyReader, RemembersNoElementOfAnEarlierReply) {
    ReplyReader reader;
    reader.feed("*1\r\n$6\r\nmaster\r\n");
    ASSERT_EQ(seen(*reader.next()).elements.at(0).text, "master");
    reader.feed("*1\r\n,1.5\r\n");
    const redisReply* const reply = reader.next();
    EXPECT_TRUE(reader.failed() || (reply && seen(*reply).elements.at(0).text.empty()));
}

TEST(EdgeReplyReader, AReplyLongerThanAnyThatTheEdgeCanGetIsAFailure) {
    ReplyReader reader;
    reader.feed("$100000000\r\n" + std::string(ReplyReader::max_reply - 20, 'x'));
    EXPECT_EQ(reader.next(), nullptr);
    EXPECT_FALSE(reader.failed()) << "more may come";
    reader.feed(std::string(20, 'x'));
    EXPECT_EQ(reader.next(), nullptr);
    EXPECT_TRUE(reader.failed());
}

TEST(EdgeReplyReader, ManyRepliesAtOnceMayBeLongerThanOne) {
    ReplyReader reader;
    std::string bytes;
    while (bytes.size() <= ReplyReader::max_reply) bytes += "$3\r\n1-1\r\n";
    reader.feed(bytes + "$3\r\n");
    while (reader.next()) continue;
    EXPECT_FALSE(reader.failed());
}

}  // namespace reply_reader_test
}  // namespace edge::redis
