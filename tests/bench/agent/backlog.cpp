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

std::string xadd_history(const std::string& stream_key, const std::string& body) {
    shared::WebhookEntry entry;
    entry.body = body;
    entry.received_ms = now_ms();
    entry.key = shared::api_key_name;
    entry.origin = shared::entry_origin::reconcile;
    std::vector<std::string> words = {"XADD", stream_key, "*"};
    shared::append_fields(words, std::move(entry));
    const std::vector<std::string_view> arguments(words.begin(), words.end());
    std::string command;
    shared::append_command(command, arguments);
    return command;
}

template <typename CommandOf>
void append_many(const Stream& stream, std::size_t count, CommandOf command_of) {
    const auto pipeline = connect(stream);
    for (std::size_t done = 0; done < count;) {
        const auto now = std::min(most_at_once, count - done);
        for (std::size_t i = 0; i < now; ++i) {
            const std::string command = command_of(done + i);
            ::redisAppendFormattedCommand(pipeline.get(), command.data(), command.size());
        }
        expect_replies(*pipeline, now);
        done += now;
    }
}

}  // namespace

void fill(const Stream& stream, std::uint64_t first, std::size_t count, const BookingShape& shape,
          const std::string& connector) {
    const auto key = shared::webhooks_key(connector);
    append_many(stream, count, [&](std::size_t i) { return xadd(key, delivery_of(first + i, shape)); });
}

void fill_history(const Stream& stream, std::uint64_t first, std::size_t count) {
    const auto key = shared::history_key("calendly");
    append_many(stream, count, [&](std::size_t i) { return xadd_history(key, delivery_of(first + i)); });
}

void forget_people(Stream& stream) {
    const auto webhooks = shared::webhooks_key("calendly"), history = shared::history_key("calendly");
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
            if (key == webhooks || key == history) continue;
            ::redisAppendCommand(pipeline.get(), "UNLINK %b", key.data(), key.size());
            ++count;
        }
        expect_replies(*pipeline, count);
    } while (cursor != "0");
}

}  // namespace bench
