#include "redis/redis_booking_store.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "redis/error.hpp"
#include "redis/lock_scripts.hpp"
#include "redis/replies.hpp"
#include "redis/shared_schedule.hpp"
#include "shared/webhook_entry.hpp"
#include "text/base64url.hpp"
#include "text/names.hpp"
#include "text/seal.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// KEYS: record, lock, form, address, email. ARGV: body, owner, lock's ms, record's ms, nonce, whether the
// form is expired, most of the address, its window's ms, most of the email, now's ms.
const Script claim_booking_script(R"(
local body = redis.call('HGET', KEYS[1], 'body')
if body then
  if body ~= ARGV[1] then return {'other_body', ''} end
  if ARGV[6] == '1' and redis.call('HGET', KEYS[1], 'form') ~= ARGV[5] then return {'spent_form', ''} end
  local state = redis.call('HGET', KEYS[1], 'state')
  if state == 'done' then return {'done', redis.call('HGET', KEYS[1], 'answer')} end
  local holder = redis.call('GET', KEYS[2])
  if holder and holder ~= ARGV[2] then return {'in_progress', ''} end
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return {state, ''}
end
if ARGV[5] ~= '' and (ARGV[6] == '1' or redis.call('GET', KEYS[3])) then return {'spent_form', ''} end
local made = 0
if tonumber(ARGV[7]) > 0 then
  made = tonumber(redis.call('GET', KEYS[4]) or '0') or 0
  if made >= tonumber(ARGV[7]) then return {'address', tostring(redis.call('PTTL', KEYS[4]))} end
end
local open, cursor = 0, '0'
repeat
  local part = redis.call('HSCAN', KEYS[5], cursor, 'COUNT', 1000)
  cursor = part[1]
  for i = 1, #part[2], 2 do
    if tonumber(part[2][i + 1]) > tonumber(ARGV[10]) then
      open = open + 1
    else
      redis.call('HDEL', KEYS[5], part[2][i])
    end
  end
until cursor == '0'
if open >= tonumber(ARGV[9]) then return {'email', ''} end
if tonumber(ARGV[7]) > 0 then
  local left = redis.call('PTTL', KEYS[4])
  if left <= 0 then made, left = 0, tonumber(ARGV[8]) end
  redis.call('SET', KEYS[4], made + 1, 'PX', left)
end
redis.call('HSET', KEYS[5], KEYS[1], string.format('%.0f', ARGV[10] + 3600000))
if redis.call('PTTL', KEYS[5]) < 86400000 then redis.call('PEXPIRE', KEYS[5], 86400000) end
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'state', 'begun', 'form', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if ARGV[5] ~= '' then redis.call('SET', KEYS[3], KEYS[1], 'PX', ARGV[4]) end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return {'fresh', ''}
)");

// KEYS: record, lock, form. ARGV: body, nonce, whether the form is expired.
const Script recall_booking_script(R"(
local known = redis.call('HMGET', KEYS[1], 'body', 'state', 'answer', 'form')
if not known[1] then
  if ARGV[2] ~= '' and (ARGV[3] == '1' or redis.call('GET', KEYS[3])) then return {'spent_form', ''} end
  return {'fresh', ''}
end
if known[1] ~= ARGV[1] then return {'other_body', ''} end
if ARGV[3] == '1' and known[4] ~= ARGV[2] then return {'spent_form', ''} end
return {known[2], known[3] or ''}
)");

// KEYS: lock. ARGV: owner, ms.
const Script hold_booking_script(R"(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
)");

// KEYS: lock, record. ARGV: owner.
const Script note_sent_script(R"(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], 'state', 'sent')
return 1
)");

// KEYS and ARGV as below, and the answer, the id, its start, how long the person's are kept. The booking is
// there, whoever has the lock by now.
const Script finish_booking_script(R"(
redis.call('HSET', KEYS[1], 'state', 'done', 'answer', ARGV[2], 'body', ARGV[6], 'form', ARGV[7])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('HDEL', KEYS[5], KEYS[1])
redis.call('HSET', KEYS[5], ARGV[4], ARGV[5])
if redis.call('PTTL', KEYS[5]) < tonumber(ARGV[8]) then redis.call('PEXPIRE', KEYS[5], ARGV[8]) end
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
)");

// KEYS: record, lock, form, address, email. ARGV: owner. Of one that another attempt has taken over nothing
// is given back.
const Script give_up_booking_script(R"(
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
if redis.call('GET', KEYS[3]) == KEYS[1] then redis.call('DEL', KEYS[3]) end
local made = tonumber(redis.call('GET', KEYS[4]) or '0') or 0
local left = redis.call('PTTL', KEYS[4])
if made > 0 and left > 0 then redis.call('SET', KEYS[4], made - 1, 'PX', left) end
redis.call('HDEL', KEYS[5], KEYS[1])
redis.call('DEL', KEYS[2])
return 1
)");

// KEYS: email.
const Script open_bookings_script(R"(
local ids, cursor = {}, '0'
repeat
  local part = redis.call('HSCAN', KEYS[1], cursor, 'COUNT', 1000)
  cursor = part[1]
  for i = 1, #part[2], 2 do ids[#ids + 1] = part[2][i] end
until cursor == '0'
return ids
)");

// KEYS: day. ARGV: most, by how much, ms.
const Script count_day_script(R"(
local made = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
if tonumber(ARGV[2]) > 0 and made >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], math.max(0, made + ARGV[2]), 'PX', ARGV[3])
return 1
)");

// KEYS: secret. ARGV: one that was just made.
const Script keep_secret_script(R"(
local kept = redis.call('GET', KEYS[1])
if kept then return kept end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
)");

constexpr std::array claim_states = {text::Named{ClaimState::fresh, "fresh"},
                                     text::Named{ClaimState::begun, "begun"},
                                     text::Named{ClaimState::sent, "sent"},
                                     text::Named{ClaimState::done, "done"},
                                     text::Named{ClaimState::other_body, "other_body"},
                                     text::Named{ClaimState::in_progress, "in_progress"},
                                     text::Named{ClaimState::spent_form, "spent_form"},
                                     text::Named{ClaimState::address, "address"},
                                     text::Named{ClaimState::email, "email"}};

ClaimState claim_state(std::string_view name) {
    if (const auto state = text::named(name, claim_states)) return *state;
    throw BrokenKey("the record of a booking has no state: delete scheduling:key:*");
}

std::string pages_key(const std::string& connector) {
    return shared::connector_key(connector, "scheduling:pages");
}

ClaimResult read_claim(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 2)
        throw BrokenKey("the record of a booking cannot be read: delete scheduling:key:*");
    ClaimResult result;
    result.state = claim_state(shared::text(*reply.element[0]));
    const std::string second(shared::text(*reply.element[1]));
    if (result.state == ClaimState::address)
        result.wait = std::chrono::milliseconds(std::max(1000L, std::atol(second.c_str())));
    else
        result.answer = second;
    return result;
}

}  // namespace

std::string open_bookings_key(const std::string& connector, const std::string& email) {
    return shared::connector_key(connector, "scheduling:email:" + email);
}

asio::awaitable<std::vector<std::string>> open_bookings(Client& client, std::string key) {
    Arguments keys{std::move(key)};
    const auto reply = co_await client.run(open_bookings_script, std::move(keys), {});
    co_return texts_in(*reply);
}

RedisBookingStore::RedisBookingStore(Client& client, std::string connector,
                                     std::function<std::string()> account)
    : client_(client), connector_(std::move(connector)), account_(std::move(account)) {}

std::string RedisBookingStore::key(std::string_view kind, const std::string& name) const {
    std::string suffix = "scheduling:";
    suffix.append(kind).append(":").append(name);
    return shared::connector_key(connector_, suffix);
}

std::string RedisBookingStore::day_key(const std::string& day) const {
    return budget_key("bookings:" + day, account_());
}

Arguments RedisBookingStore::keys_of(const BookingClaim& claim) const {
    return {key("key", claim.key), key("lock", claim.key), key("form", claim.form_nonce),
            key("address", claim.address), open_bookings_key(connector_, claim.email)};
}

asio::awaitable<std::string> RedisBookingStore::secret() {
    if (!secret_.empty()) co_return secret_;
    Arguments keys{shared::connector_key(connector_, "scheduling:secret")};
    Arguments values{text::base64url(text::random_bytes(text::seal_key_size))};
    const auto reply = co_await client_.run(keep_secret_script, std::move(keys), std::move(values));
    if (reply->type == REDIS_REPLY_STRING) secret_ = shared::text(*reply);
    if (secret_.size() < text::seal_key_size) {
        secret_.clear();
        throw BrokenKey(
            "scheduling:secret is too short to sign with: delete it, tokens that are out end then");
    }
    co_return secret_;
}

asio::awaitable<ClaimResult> RedisBookingStore::recall(BookingClaim claim) {
    auto keys = keys_of(claim);
    Arguments values{claim.body, claim.form_nonce, claim.is_form_expired ? "1" : "0"};
    const auto reply = co_await client_.run(recall_booking_script, std::move(keys), std::move(values));
    co_return read_claim(*reply);
}

asio::awaitable<ClaimResult> RedisBookingStore::claim(BookingClaim claim) {
    auto keys = keys_of(claim);
    Arguments values{claim.body,
                     claim.owner,
                     in_ms(booking_lock_lasts),
                     in_ms(booking_kept),
                     claim.form_nonce,
                     claim.is_form_expired ? "1" : "0",
                     std::to_string(claim.address.empty() ? 0 : claim.most_of_address),
                     in_ms(claim.window),
                     std::to_string(claim.most_of_email),
                     std::to_string(claim.now_ms)};
    const auto reply = co_await client_.run(claim_booking_script, std::move(keys), std::move(values));
    co_return read_claim(*reply);
}

asio::awaitable<bool> RedisBookingStore::hold(std::string name, std::string owner) {
    Arguments keys{key("lock", name)};
    Arguments values{std::move(owner), in_ms(booking_lock_lasts)};
    const auto reply = co_await client_.run(hold_booking_script, std::move(keys), std::move(values));
    co_return reply->integer == 1;
}

asio::awaitable<bool> RedisBookingStore::note_sent(std::string name, std::string owner) {
    Arguments keys{key("lock", name), key("key", name)};
    Arguments values{std::move(owner)};
    const auto reply = co_await client_.run(note_sent_script, std::move(keys), std::move(values));
    co_return reply->integer == 1;
}

asio::awaitable<void> RedisBookingStore::finish(BookingClaim claim, std::string answer, std::string id,
                                                std::int64_t start_ms) {
    const auto kept = std::max<std::int64_t>(start_ms - claim.now_ms, 0) + 86'400'000;
    auto keys = keys_of(claim);
    Arguments values{claim.owner,      std::move(answer),        in_ms(booking_kept),
                     std::move(id),    std::to_string(start_ms), claim.body,
                     claim.form_nonce, std::to_string(kept)};
    co_await client_.run(finish_booking_script, std::move(keys), std::move(values));
}

asio::awaitable<void> RedisBookingStore::give_up(BookingClaim claim) {
    auto keys = keys_of(claim);
    Arguments values{claim.owner};
    co_await client_.run(give_up_booking_script, std::move(keys), std::move(values));
}

asio::awaitable<void> RedisBookingStore::unlock(std::string name, std::string owner) {
    Arguments keys{key("lock", name)};
    Arguments values{std::move(owner)};
    co_await client_.run(release_lock_script, std::move(keys), std::move(values));
}

asio::awaitable<std::vector<std::string>> RedisBookingStore::open_of(std::string email) {
    return open_bookings(client_, open_bookings_key(connector_, email));
}

asio::awaitable<void> RedisBookingStore::close(std::string email, std::string id) {
    Arguments arguments{"HDEL", open_bookings_key(connector_, email), std::move(id)};
    co_await client_.command(std::move(arguments));
}

asio::awaitable<bool> RedisBookingStore::count_day(std::string day, std::int64_t most) {
    Arguments keys{day_key(day)};
    Arguments values{std::to_string(most), "1", in_ms(std::chrono::hours(48))};
    const auto reply = co_await client_.run(count_day_script, std::move(keys), std::move(values));
    co_return reply->integer == 1;
}

asio::awaitable<void> RedisBookingStore::uncount_day(std::string day) {
    Arguments keys{day_key(day)};
    Arguments values{"0", "-1", in_ms(std::chrono::hours(48))};
    co_await client_.run(count_day_script, std::move(keys), std::move(values));
}

asio::awaitable<void> RedisBookingStore::note_page(std::string type, std::string url) {
    Arguments arguments{"HSET", pages_key(connector_), std::move(type), std::move(url)};
    co_await client_.command(std::move(arguments));
}

asio::awaitable<std::string> RedisBookingStore::page_of(std::string type) {
    Arguments arguments{"HGET", pages_key(connector_), std::move(type)};
    const auto reply = co_await client_.command(std::move(arguments));
    co_return reply->type == REDIS_REPLY_STRING ? std::string(shared::text(*reply)) : std::string();
}

}  // namespace redis
