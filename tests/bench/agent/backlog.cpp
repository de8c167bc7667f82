#include "bench/agent/backlog.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "shared/resp.hpp"
#include "shared/webhook_entry.hpp"

namespace bench {
namespace {

constexpr std::size_t most_at_once = 200;

struct CloseRedis {
    void operator()(redisContext* context) const { ::redisFree(context); }
};
using Pipeline = std::unique_ptr<redisContext, CloseRedis>;

Pipeline connect(const Stream& stream) {
    Pipeline pipeline(::redisConnectUnix(stream.socket_path().c_str()));
    if (!pipeline || pipeline->err) throw std::runtime_error("cannot connect to " + stream.socket_path());
    return pipeline;
}

void expect_replies(redisContext& pipeline, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        void* reply = nullptr;
        if (::redisGetReply(&pipeline, &reply) != REDIS_OK)
            throw std::runtime_error(std::string("no reply of Redis: ") + pipeline.errstr);
        const shared::ReplyPtr owned(static_cast<redisReply*>(reply));
        if (owned->type == REDIS_REPLY_ERROR)
            throw std::runtime_error("Redis: " + std::string(shared::text(*owned)));
    }
}

std::int64_t now_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string xadd(const std::string& stream_key, const std::string& body) {
    const auto now = now_ms();
    const auto t = std::to_string(now / 1000);
    std::string command;
    shared::append_xadd_head(command, {stream_key, t, now, 0}, body.size());
    return command += body + "\r\n";
}

}  // namespace

void fill(const Stream& stream, std::uint64_t first, std::size_t count, const BookingShape& shape) {
    const auto key = shared::webhooks_key("calendly");
    const auto pipeline = connect(stream);
    for (std::size_t done = 0; done < count;) {
        const auto now = std::min(most_at_once, count - done);
        for (std::size_t i = 0; i < now; ++i) {
            const auto command = xadd(key, delivery_of(first + done + i, shape));
            ::redisAppendFormattedCommand(pipeline.get(), command.data(), command.size());
        }
        expect_replies(*pipeline, now);
        done += now;
    }
}

void forget_people(Stream& stream) {
    const auto webhooks = shared::webhooks_key("calendly");
    const auto pipeline = connect(stream);
    std::string cursor = "0";
    do {
        const auto reply = stream.client().command({"SCAN", cursor, "COUNT", "1000"});
        if (reply->type != REDIS_REPLY_ARRAY) throw std::runtime_error("Redis does not SCAN");
        cursor = shared::text(*reply->element[0]);
        const auto& keys = *reply->element[1];
        std::size_t count = 0;
        for (std::size_t i = 0; i < keys.elements; ++i) {
            const auto key = shared::text(*keys.element[i]);
            if (key == webhooks) continue;
            ::redisAppendCommand(pipeline.get(), "UNLINK %b", key.data(), key.size());
            ++count;
        }
        expect_replies(*pipeline, count);
    } while (cursor != "0");
}

}  // namespace bench
