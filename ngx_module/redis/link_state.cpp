#include "ngx_module/redis/link_state.hpp"

#include <utility>

#include "shared/back_off.hpp"
#include "shared/redis_trouble.hpp"
#include "shared/resp.hpp"

namespace edge::redis {
namespace {

using namespace action;
using std::chrono::milliseconds;

// A connection that lived shorter and did nothing counts as a failed attempt: a server that accepts and
// closes at once must not be asked again without a pause.
constexpr milliseconds short_life{1000};

constexpr milliseconds ping_interval{10'000};
constexpr std::string_view ping = "*1\r\n$4\r\nPING\r\n";

constexpr std::string_view connection_name = "calendly-edge";

constexpr std::string_view no_ping =
    "the user may not PING: allow +ping; until then only the next webhook finds out that an idle connection "
    "is dead";

std::vector<std::size_t> address_counts(const LinkSettings& settings) {
    std::vector<std::size_t> counts;
    for (const auto& server : settings.servers) counts.push_back(server.addresses);
    return counts;
}

}  // namespace

LinkState::LinkState(LinkSettings settings)
    : settings_(std::move(settings)), rotation_(address_counts(settings_)) {}

bool LinkState::master_is_elsewhere(std::string_view error) const {
    const bool there_are_others =
        rotation_.has_alternatives() || target().name_may_change || settings_.of_cluster;
    return there_are_others && shared::cannot_be_written_now(error);
}

// --- the worker begins and ends

Actions LinkState::start(std::size_t first_server) {
    if (phase_ != Phase::stopped) return {};
    rotation_.begin_at(first_server);
    patient_ = true;
    Actions actions = on_attempt_due();
    actions.insert(actions.begin(), Start{LinkTimer::patience, settings_.connect_timeout});
    return actions;
}

Actions LinkState::stop() {
    phase_ = Phase::stopped;
    down_ = ping_sent_ = false;
    return {Close{}, Stop{LinkTimer::next_attempt}, Stop{LinkTimer::patience}};
}

Actions LinkState::on_worker_shutdown() {
    Actions actions = stop();
    actions.push_back(TellLost{Result::redis_unavailable});
    return actions;
}

// --- an attempt

Actions LinkState::on_attempt_due() {
    const bool known = std::exchange(addresses_known_, true) || first_round_;
    if (known || !target().name_may_change) return connect();
    phase_ = Phase::resolving;
    return {LookUpName{}};
}

Actions LinkState::connect() {
    phase_ = Phase::connecting;
    return {Start{LinkTimer::attempt, settings_.connect_timeout}, Connect{}};
}

Actions LinkState::on_addresses(std::size_t count, std::size_t current) {
    rotation_.set_addresses(count, current);
    return connect();
}

Actions LinkState::on_no_addresses(std::string_view problem) {
    Actions actions = connect();
    const auto what = "its name cannot be resolved, the last addresses are used: " + std::string(problem);
    actions.insert(actions.begin(), Complain{server(), what, 0});
    return actions;
}

Actions LinkState::on_attempt_overdue(bool shaking_hands, Time now) {
    using shared::RedisStage;
    const auto before_greeting = shaking_hands ? RedisStage::shaking_hands : RedisStage::connecting;
    const auto stage = phase_ == Phase::greeting ? RedisStage::greeting : before_greeting;
    return lose({.what = shared::redis_is_silent(stage)}, now);
}

Actions LinkState::on_patience_over() {
    patient_ = false;
    down_ = true;
    return {TellLost{Result::redis_unavailable}};
}

// --- a connection

Actions LinkState::on_connected(Time now) {
    phase_ = Phase::greeting;
    connected_at_ = heard_at_ = now;
    served_ = false;
    const bool one_of_several = settings_.servers.size() > 1 || settings_.of_cluster;
    handshake_.emplace(target().login, one_of_several ? shared::RedisRole::master : shared::RedisRole::any,
                       may_set_name_ ? connection_name : std::string_view());
    return {Say{handshake_->commands()}};
}

Actions LinkState::on_reply(const redisReply& reply) {
    if (phase_ == Phase::greeting) return on_greeting(reply);
    ping_sent_ = false;
    return on_pong(reply);
}

Actions LinkState::on_greeting(const redisReply& reply) {
    if (const auto problem = handshake_->on_reply(reply))
        return lose({.what = *problem, .verdict = Verdict::unsuitable}, heard_at_);
    if (!handshake_->finished()) return {};
    phase_ = Phase::ready;
    down_ = false;
    addresses_known_ = false;
    first_round_ = false;
    may_set_name_ = may_set_name_ && handshake_->may_set_name();
    Actions actions{Stop{LinkTimer::attempt}, Stop{LinkTimer::patience},
                    Start{LinkTimer::idle, ping_interval}};
    if (const bool could = std::exchange(may_ping_, handshake_->may_ping()); could && !may_ping_)
        actions.push_back(Complain{server(), std::string(no_ping), 0});
    actions.push_back(TellReady{});
    return actions;
}

Actions LinkState::on_pong(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_ERROR) {
        const auto error = shared::error_for_log(reply);
        if (master_is_elsewhere(error))
            return lose({error, Result::redis_error, Verdict::unsuitable}, heard_at_);
        if (shared::is_forbidden(error)) may_ping_ = false;  // since now
    } else if (shared::text(reply) != "PONG") {
        return lose({shared::not_redis, Result::redis_error}, heard_at_);
    }
    return {Start{LinkTimer::idle, ping_interval}};
}

Actions LinkState::on_idle(Expectation expectation, Time now) {
    const Loss silent{shared::redis_is_silent(shared::RedisStage::greeting), Result::redis_timeout};
    if (ping_sent_) return lose(silent, now);
    const auto idle = std::chrono::duration_cast<milliseconds>(now - heard_at_);
    if (idle < ping_interval) return {Start{LinkTimer::idle, ping_interval - idle}};
    if (expectation == Expectation::late_replies) return lose(silent, now);
    // While the owner waits for replies, their deadline watches over the connection.
    if (expectation == Expectation::replies || !may_ping_) return {Start{LinkTimer::idle, ping_interval}};
    ping_sent_ = true;
    return {Start{LinkTimer::idle, settings_.timeout}, Say{ping}};
}

// --- the end of a connection, or of an attempt

Actions LinkState::on_closed(int error, Time now) {
    const bool before_its_first_reply = phase_ == Phase::greeting && heard_at_ == connected_at_;
    if (!before_its_first_reply || !target().tcp) return on_broken("Redis closed the connection", error, now);
    return on_broken(shared::redis_closed_early(target().tls, "calendly_redis_certificate"), error, now);
}

Actions LinkState::on_broken(std::string_view what, int error, Time now) {
    return lose({.what = what, .error = error}, now);
}

Actions LinkState::lose(const Loss& loss, Time now) {
    if (phase_ == Phase::stopped) return {};
    const bool was_good = ready() && (served_ || now > connected_at_ + short_life);
    phase_ = Phase::waiting;
    down_ = true;
    ping_sent_ = false;
    Actions actions{Close{}, Complain{server(), std::string(loss.what), loss.error}};
    if (was_good) {
        begin_anew();
        actions.push_back(Start{LinkTimer::patience, settings_.connect_timeout});
    }
    const bool stays = was_good && loss.verdict == Verdict::broken;
    const bool pauses = stays || leave_target();
    const auto pause = pauses ? shared::back_off(failed_rounds_, settings_.random()) : milliseconds(0);
    actions.push_back(Start{LinkTimer::next_attempt, pause});
    actions.push_back(TellLost{loss.result});
    return actions;
}

void LinkState::begin_anew() {
    rotation_.success();
    failed_rounds_ = 0;
    patient_ = true;
}

// True when every address of every server was tried in vain.
bool LinkState::leave_target() {
    const bool whole_round = rotation_.fail();
    if (address() == 0) addresses_known_ = false;
    if (!whole_round) return false;
    patient_ = false;
    first_round_ = false;
    ++failed_rounds_;
    return true;
}

}  // namespace edge::redis
