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

// PEXPIRE comes first because a full Redis allows it, and the rest after it. The slots of one budget lie
// `interval` apart; a pause is a slot that nobody uses. Further ahead than any pause and a slot for each of
// many agents only lies what was stored before the clock was set back. KEYS: budget. ARGV: interval, pause,
// both in microseconds.
const Script reserve_script(R"(
redis.call('PEXPIRE', KEYS[1], 3600000)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local stored = tonumber(redis.call('GET', KEYS[1]) or '0')
local interval = tonumber(ARGV[1])
if interval > 0 then stored = math.min(stored, now + 120000000 + 64 * interval) end
local slot = math.max(now, stored)
local next = math.max(slot + interval, now + ARGV[2])
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000) + 60000)
return slot - now
)");

std::string in_us(std::chrono::nanoseconds duration) {
    return std::to_string(std::chrono::ceil<microseconds>(duration).count());
}

}  // namespace

std::string budget_key(std::string_view api, std::string_view credential) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    if (!EVP_Digest(credential.data(), credential.size(), digest.data(), nullptr, EVP_sha256(), nullptr))
        throw std::runtime_error("OpenSSL has no SHA-256");
    return fmt::format("calendly:{{budget-{:02x}}}:{}", fmt::join(digest.data(), digest.data() + 8, ""), api);
}

asio::awaitable<std::optional<std::chrono::nanoseconds>> SharedSchedule::reserve(
    std::chrono::nanoseconds interval) {
    Arguments keys{key_};
    Arguments values{in_us(interval), "0"};
    try {
        const auto reply = co_await client_->run(reserve_script, std::move(keys), std::move(values));
        if (reply->type == REDIS_REPLY_INTEGER) co_return microseconds(reply->integer);
    } catch (const Error&) {
        co_return std::nullopt;  // the commands of the work itself say so in the log
    }
    co_return std::nullopt;
}

asio::awaitable<void> SharedSchedule::pause(std::chrono::nanoseconds duration) {
    Arguments keys{key_};
    Arguments values{"0", in_us(duration)};
    try {
        co_await client_->run(reserve_script, std::move(keys), std::move(values));
    } catch (const Error&) {
        co_return;  // as above: this agent pauses by itself
    }
}

}  // namespace redis
