#include "redis/login_desk.hpp"

#include "redis/error.hpp"
#include "shared/webhook_entry.hpp"
#include "text/base64url.hpp"
#include "text/seal.hpp"

namespace redis {
namespace {

constexpr auto waits = "waits";

// KEYS: the login's. ARGV: the word of one that waits, what it waits for, how long that is kept.
const Script hand_over_script(R"(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
)");

std::string seal_key_of(const std::string& state) {
    return text::from_base64url(text::base64url_sha256("calendly-brevo login " + state));
}

}  // namespace

std::string LoginDesk::key_of(const std::string& state) const {
    return shared::connector_key(connector_, "oauth_login:" + text::base64url_sha256(state));
}

boost::asio::awaitable<void> LoginDesk::announce(std::string state) {
    Arguments arguments{"SET", key_of(state), waits, "PX", in_ms(login_lasts)};
    co_await client_.command(std::move(arguments));
}

boost::asio::awaitable<std::optional<std::string>> LoginDesk::take(std::string state) {
    Arguments get{"GET", key_of(state)};
    const auto reply = co_await client_.command(std::move(get));
    const std::string text(reply->type == REDIS_REPLY_STRING ? shared::text(*reply) : std::string_view());
    if (text.empty() || text == waits) co_return std::nullopt;
    Arguments remove{"DEL", key_of(state)};
    co_await client_.command(std::move(remove));
    try {
        co_return text::open_seal(seal_key_of(state), connector_, text);
    } catch (const text::SealError&) {
        co_return std::nullopt;  // not the agent's
    }
}

boost::asio::awaitable<bool> LoginDesk::hand_over(std::string state, std::string query) {
    if (text::from_base64url(state).size() != text::seal_key_size) co_return false;
    Arguments keys{key_of(state)};
    Arguments values{waits, text::seal(seal_key_of(state), connector_, query),
                     in_ms(std::chrono::minutes(1))};
    const auto reply = co_await client_.run(hand_over_script, std::move(keys), std::move(values));
    co_return reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
}

}  // namespace redis
