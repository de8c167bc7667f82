#include "ngx_module/redis_reply.hpp"

#include <gtest/gtest.h>

#include "shared/resp.hpp"

namespace edge {
namespace {

shared::ReplyPtr reply(std::string_view bytes) {
    shared::ReplyReader reader;
    reader.feed(bytes);
    return reader.next();
}

TEST(EdgeRedisReply, IsAStreamIdOrNot) {
    EXPECT_TRUE(is_stream_id(*reply("$15\r\n1700000000000-0\r\n")));
    for (const auto* other :
         {"+1700000000000-0\r\n", "$-1\r\n", "$0\r\n\r\n", "$2\r\n1-\r\n", "$2\r\n-1\r\n", "$3\r\n1-x\r\n",
          "$5\r\n1-2-3\r\n", "$23\r\n111111111111111111111-1\r\n", ":1\r\n", "-OOM\r\n", "+OK\r\n"})
        EXPECT_FALSE(is_stream_id(*reply(other))) << other;
}

}  // namespace
}  // namespace edge
