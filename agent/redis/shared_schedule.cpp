#include "redis/shared_schedule.hpp"

#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include "redis/error.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using std::chrono::microseconds;

constexpr auto webhooks = ":webhooks";

// PEXPIRE comes first because a full Redis allows it, and the rest after it. The slots of one budget lie
// `interval` apart; a pause is a slot that nobody uses. Further ahead than the longest pause and a slot for
// each of many agents lies only what is wrong: stored before the clock was set back, or by hand. It says
// nothing about the calls that were made, nor does what is no time at all: the schedule begins anew, and the
// second number says how far ahead it was. The third one: for how many ms more it is remembered that webhooks
// came. KEYS: budget, its webhooks. ARGV: interval, pause, both in microseconds, "1" when webhooks come, for
// how many ms that is remembered.
const Script reserve_script(R"(
redis.call('PEXPIRE', KEYS[1], 3600000)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local text = redis.pcall('GET', KEYS[1])
local stored = 0
if text then stored = type(text) == 'string' and tonumber(text) or math.huge end
local interval = tonumber(ARGV[1])
local ahead = 0
if not (stored < 9e15) or interval > 0 and stored > now + 60000000 + 16 * interval then
  ahead = math.max(1, math.min(stored - now, 9e15))
  stored = 0
end
local slot = math.max(now, stored)
local next = math.max(slot + interval, now + ARGV[2])
if next < 9e15 then
  redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000) + 60000)
end
if ARGV[3] == '1' then redis.call('SET', KEYS[2], '1', 'PX', ARGV[4]) end
return {slot - now, ahead, redis.call('PTTL', KEYS[2])}
)");

constexpr std::chrono::milliseconds remembered{10'000};  // that webhooks came

std::string in_us(std::chrono::nanoseconds duration) {
    return std::to_string(std::chrono::ceil<microseconds>(duration).count());
}

}  // namespace

std::string budget_key(std::string_view api, std::string_view credential) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    if (!EVP_Digest(credential.data(), credential.size(), digest.data(), nullptr, EVP_sha256(), nullptr))
        throw std::runtime_error("OpenSSL has no SHA-256");
    return fmt::format("{}budget-{:02x}}}:{}", shared::tagged_key,
                       fmt::join(digest.data(), digest.data() + 8, ""), api);
}

asio::awaitable<std::optional<api::SharedSlot>> SharedSchedule::reserve(std::chrono::nanoseconds interval,
                                                                        bool has_webhooks) {
    const auto key = key_();
    Arguments keys{key, key + webhooks};
    Arguments values{in_us(interval), "0", has_webhooks ? "1" : "0", std::to_string(remembered.count())};
    try {
        const auto reply = co_await client_->run(reserve_script, std::move(keys), std::move(values));
        if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 3) {
            note_repair(key, microseconds(reply->element[1]->integer));
            api::SharedSlot slot{microseconds(reply->element[0]->integer)};
            const std::chrono::milliseconds left(reply->element[2]->integer);
            if (left.count() > 0 && left <= remembered) slot.since_webhooks = remembered - left;
            co_return slot;
        }
    } catch (const Error&) {
        co_return std::nullopt;  // the commands of the work itself say so in the log
    }
    co_return std::nullopt;
}

void SharedSchedule::note_repair(const std::string& key, microseconds ahead) {
    if (ahead.count() == 0) return;
    limited_log_.warn(
        key,
        fmt::format("{} let nobody pass for {} s more, further ahead than it can rightly be: the clock of "
                    "Redis was set back, or somebody else wrote it; the schedule begins anew",
                    key, std::chrono::ceil<std::chrono::seconds>(ahead).count()));
}

asio::awaitable<void> SharedSchedule::pause(std::chrono::nanoseconds duration) {
    const auto key = key_();
    Arguments keys{key, key + webhooks};
    Arguments values{"0", in_us(duration), "0", "0"};
    try {
        co_await client_->run(reserve_script, std::move(keys), std::move(values));
    } catch (const Error&) {
        co_return;  // as above: this agent pauses by itself
    }
}

}  // namespace redis
