#include "ngx_module/redis/link.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ngx_module/catch_exceptions.hpp"
#include "shared/back_off.hpp"
#include "shared/resp.hpp"

namespace edge::redis {
namespace {

using std::chrono::milliseconds;

// Our replies are a status, an ID, one line of error, what ROLE says, or some IDs.
constexpr std::size_t max_reply_size = 64 * 1024;

// A connection that lived shorter and did nothing counts as a failed attempt.
constexpr milliseconds short_life{1000};

constexpr milliseconds ping_interval{10'000};
constexpr std::string_view ping = "*1\r\n$4\r\nPING\r\n";

std::vector<std::size_t> address_counts(const ReplicationSet& set) {
    std::vector<std::size_t> counts;
    for (const auto& node : set.nodes) counts.push_back(node.addresses.size());
    return counts;
}

}  // namespace

template <auto Method>
void Link::call(void* link) noexcept {
    auto& self = *static_cast<Link*>(link);
    catch_exceptions([&] { (self.*Method)(); }, [&](const char* what) { self.on_broken(what, 0); });
}

Link::Link(ReplicationSet set, Owner& owner)
    : set_(std::move(set)),
      owner_(owner),
      rotation_(address_counts(set_)),
      socket_(*this),
      lookup_(*this),
      attempt_timeout_(call<&Link::attempt_timed_out>, this, Timer::AtShutdown::cancelable),
      next_attempt_(call<&Link::connect>, this, Timer::AtShutdown::cancelable),
      patience_(call<&Link::lose_patience>, this, Timer::AtShutdown::cancelable),
      idle_(call<&Link::ping_when_idle>, this, Timer::AtShutdown::cancelable) {}

void Link::start(LastServers& last_servers) {
    if (state_ != State::stopped) return;
    if (set_.nodes.size() > 1) last_servers_ = &last_servers;
    begin_where_others_are();
    patient_ = true;
    patience_.start(set_.connect_timeout);
    connect();
}

void Link::begin_where_others_are() {
    if (!last_servers_) return;
    const auto last = last_servers_->of(hash(set_));
    for (std::size_t i = 0; i < set_.nodes.size(); ++i)
        if (hash(set_.nodes[i]) == last) rotation_.begin_at(i);
}

void Link::stop() {
    state_ = State::stopped;
    meter_.set_down(false);
    close();
    next_attempt_.stop();
    patience_.stop();
}

void Link::close() {
    lookup_.cancel();
    socket_.close();
    attempt_timeout_.stop();
    idle_.stop();
    words_ = {};
    ping_sent_ = false;
}

void Link::connect() {
    state_ = State::connecting;
    const bool known = std::exchange(addresses_known_, true) || first_round_;
    if (known || !node().host_is_name || !set_.resolver) return open_socket();
    lookup_.start(*set_.resolver, node().host, node().port, set_.resolver_timeout);
}

void Link::on_addresses(std::vector<Address> addresses, std::string_view problem) noexcept {
    const auto go_on = [&] {
        if (addresses.empty())
            complain("its name cannot be resolved, the last addresses are used: " + std::string(problem));
        else
            adopt(std::move(addresses));
        open_socket();
    };
    catch_exceptions(go_on, [&](const char* what) { on_broken(what, 0); });
}

void Link::adopt(std::vector<Address> addresses) {
    const Address& current = node().addresses[rotation_.address()];
    const auto found = std::ranges::find_if(addresses, [&](const auto& a) { return same(a, current); });
    const auto position = found == addresses.end() ? 0 : std::distance(addresses.begin(), found);
    rotation_.set_addresses(addresses.size(), static_cast<std::size_t>(position));
    node().addresses = std::move(addresses);
}

void Link::open_socket() {
    attempt_timeout_.start(set_.connect_timeout);
    Node& target = node();
    tls_peer_ = {.tls = target.tls ? set_.tls : nullptr,
                 .host = target.host,
                 .host_is_name = target.host_is_name,
                 .verify = set_.tls_options.verify};
    socket_.connect(target.addresses[rotation_.address()], target.name, tls_peer_);
}

void Link::attempt_timed_out() {
    std::string_view what = "connecting timed out";
    if (socket_.shaking_hands())
        what = "connected, but the TLS handshake is not answered: no TLS at that port?";
    if (state_ == State::greeting) what = "connected, but Redis does not answer";
    lose(what, Result::redis_unavailable);
}

void Link::lose_patience() {
    patient_ = false;
    meter_.set_down(true);
    owner_.on_lost(Result::redis_unavailable);
}

void Link::on_connected() noexcept {
    state_ = State::greeting;
    connected_at_ = heard_at_ = Clock::now();
    unanswered_bytes_ = 0;
    served_ = false;
    const auto greet = [&] {
        reader_.emplace();
        const bool one_of_several = set_.nodes.size() > 1;
        handshake_.emplace(node().login, one_of_several ? shared::RedisRole::master : shared::RedisRole::any);
        words_ = handshake_->commands();
        send_words();
    };
    catch_exceptions(greet, [&](const char* what) { on_broken(what, 0); });
}

void Link::on_bytes(std::string_view bytes) noexcept {
    heard_at_ = Clock::now();
    unanswered_bytes_ += bytes.size();
    reader_->feed(bytes);
    catch_exceptions([&] { take_replies(); }, [&](const char* what) { on_broken(what, 0); });
}

void Link::take_replies() {
    while (talking()) {
        const redisReply* const reply = reader_->next();
        if (!reply) break;
        unanswered_bytes_ = 0;
        on_reply(*reply);
    }
    if (talking() && (reader_->failed() || unanswered_bytes_ > max_reply_size))
        lose("an answer that is not Redis's", Result::redis_error);
}

void Link::on_reply(const redisReply& reply) {
    if (state_ == State::greeting)
        on_greeting(reply);
    else if (std::exchange(ping_sent_, false))
        on_pong(reply);
    else
        owner_.on_reply(reply);
}

void Link::on_greeting(const redisReply& reply) {
    if (const auto problem = handshake_->on_reply(reply))
        return lose(*problem, Result::redis_unavailable, Verdict::unsuitable);
    if (!handshake_->finished()) return;
    attempt_timeout_.stop();
    patience_.stop();
    idle_.start(as_msec(ping_interval));
    state_ = State::ready;
    meter_.set_down(false);
    addresses_known_ = false;
    first_round_ = false;
    if (last_servers_) last_servers_->remember(hash(set_), hash(node()));
    if (std::exchange(complained_, false))
        tell(NGX_LOG_NOTICE, "connected again", 0, log_limits_.take_kept_back());
    owner_.on_ready();
}

void Link::on_pong(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_ERROR) {
        const auto error = shared::error_for_log(reply);
        if (master_is_elsewhere(error)) return lose(error, Result::redis_error, Verdict::unsuitable);
    } else if (shared::text(reply) != "PONG") {
        return lose("an answer to PING that is not Redis's", Result::redis_error);
    }
    idle_.start(as_msec(ping_interval));
}

void Link::ping_when_idle() {
    if (ping_sent_) return lose("connected, but Redis does not answer", Result::redis_timeout);
    const auto idle = Clock::now() - heard_at_;
    if (idle < ping_interval) return idle_.start(as_msec(ping_interval - idle));
    switch (owner_.expectation()) {
        case Expectation::replies:  // their deadline watches over the connection
            return idle_.start(as_msec(ping_interval));
        case Expectation::late_replies:
            return lose("connected, but Redis does not answer", Result::redis_timeout);
        case Expectation::nothing:
            break;
    }
    ping_sent_ = true;
    words_ = ping;
    idle_.start(set_.timeout);
    send_words();
}

bool Link::master_is_elsewhere(std::string_view error) const {
    const bool there_are_others = rotation_.has_alternatives() || (node().host_is_name && set_.resolver);
    return there_are_others && shared::cannot_be_written_now(error);
}

void Link::send_words() {
    while (!words_.empty() && talking() && socket_.writable()) {
        const auto sent = socket_.send(std::span(&words_, 1));
        if (!sent) return on_closed(ngx_socket_errno);
        words_.remove_prefix(*sent);
    }
}

std::size_t Link::send(std::span<const std::string_view> pieces) {
    const auto sent = socket_.send(pieces);
    if (!sent) on_closed(ngx_socket_errno);
    return sent.value_or(0);
}

void Link::on_writable() noexcept {
    const auto go_on = [&] {
        send_words();
        if (writable()) owner_.on_writable();
    };
    catch_exceptions(go_on, [&](const char* what) { on_broken(what, 0); });
}

void Link::on_closed(ngx_err_t error) noexcept {
    const bool at_the_first_word =
        state_ == State::greeting && heard_at_ == connected_at_ && node().port != 0;
    on_broken(at_the_first_word ? hint_at_tls() : "Redis closed the connection", error);
}

void Link::on_broken(std::string_view what, ngx_err_t error) noexcept {
    lose(what, Result::redis_unavailable, Verdict::broken, error);
}

std::string_view Link::hint_at_tls() const {
    // With TLS 1.3 a server looks at its client's certificate when the client has done the handshake already.
    if (tls_peer_.tls)
        return "broke off after the TLS handshake: does it want (another) calendly_redis_certificate?";
    return "broke off at the first word: does it want TLS (rediss://)?";
}

void Link::on_worker_shutdown() noexcept {
    stop();
    owner_.on_lost(Result::redis_unavailable);
}

void Link::lose(std::string_view what, Result result, Verdict verdict, ngx_err_t error) {
    if (state_ == State::stopped) return;
    const bool was_good = ready() && (served_ || Clock::now() > connected_at_ + short_life);
    state_ = State::waiting;
    meter_.set_down(true);
    close();
    complain(what, error);
    if (was_good) begin_anew();
    const bool same_round = (!was_good || verdict == Verdict::unsuitable) && !leave_target();
    const auto delay = same_round ? milliseconds(0) : shared::back_off(failed_rounds_, ngx_random());
    next_attempt_.start(as_msec(delay));
    owner_.on_lost(result);
}

void Link::begin_anew() {
    rotation_.success();
    failed_rounds_ = 0;
    patient_ = true;
    patience_.start(set_.connect_timeout);
}

// True when every address of every server was tried in vain.
bool Link::leave_target() {
    const bool whole_round = rotation_.fail();
    if (rotation_.address() == 0) addresses_known_ = false;
    if (!whole_round) return false;
    patient_ = false;
    first_round_ = false;
    ++failed_rounds_;
    return true;
}

void Link::complain(std::string_view what, ngx_err_t error) {
    complained_ = true;
    const auto cause = std::to_string(error) + " " + std::string(what);
    if (const auto kept_back = log_limits_.admit(cause, shared::LogLimit::Time(ngx_current_msec)))
        tell(NGX_LOG_ERR, what, error, *kept_back);
}

void Link::tell(ngx_uint_t level, std::string_view what, ngx_err_t error, unsigned long kept_back) {
    ngx_log_error(
        level, ngx_cycle->log, error,
        "calendly: Redis at %s: %*s (%ul webhooks got 503, %ul such lines kept back since the last)",
        node().name.c_str(), what.size(), what.data(), std::exchange(not_stored_, 0), kept_back);
}

}  // namespace edge::redis
