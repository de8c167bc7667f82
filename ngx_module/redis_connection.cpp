#include "ngx_module/redis_connection.hpp"

#include <algorithm>
#include <iterator>

#include "ngx_module/back_off.hpp"
#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/redis_reply.hpp"
#include "shared/resp.hpp"

namespace edge {
namespace {

using std::chrono::milliseconds;

// Our replies are a status, an ID, one line of error, or what ROLE says.
constexpr std::size_t max_reply_size = 64 * 1024;

// A connection that lived shorter and stored nothing counts as a failed attempt.
constexpr milliseconds short_life{1000};

constexpr milliseconds ping_interval{10'000};
constexpr std::string_view ping = "*1\r\n$4\r\nPING\r\n";

ngx_msec_t as_msec(Clock::duration duration) {
    return static_cast<ngx_msec_t>(
        std::max<milliseconds::rep>(std::chrono::ceil<milliseconds>(duration).count(), 0));
}

template <auto Method>
void call(void* owner) noexcept {
    auto& connection = *static_cast<RedisConnection*>(owner);
    catch_exceptions([&] { (connection.*Method)(); },
                     [&](const char* what) { connection.on_broken(what, 0); });
}

std::vector<std::size_t> address_counts(const RedisSet& set) {
    std::vector<std::size_t> counts;
    for (const auto& node : set.nodes) counts.push_back(node.addresses.size());
    return counts;
}

}  // namespace

RedisConnection::RedisConnection(RedisSet set)
    : set_(std::move(set)),
      rotation_(address_counts(set_)),
      socket_(*this),
      lookup_(*this),
      flush_(call<&RedisConnection::flush>, this),
      deadline_(call<&RedisConnection::on_deadline>, this, Timer::AtShutdown::worker_waits),
      attempt_timeout_(call<&RedisConnection::attempt_timed_out>, this, Timer::AtShutdown::cancelable),
      next_attempt_(call<&RedisConnection::connect>, this, Timer::AtShutdown::cancelable),
      patience_(call<&RedisConnection::lose_patience>, this, Timer::AtShutdown::cancelable),
      idle_(call<&RedisConnection::ping_when_idle>, this, Timer::AtShutdown::cancelable) {
    pieces_.reserve(RedisSocket::max_pieces);
}

void RedisConnection::start() {
    if (state_ != State::stopped) return;
    patient_ = true;
    patience_.start(set_.connect_timeout);
    connect();
}

void RedisConnection::stop() {
    state_ = State::stopped;
    link_meter_.set_down(false);
    close();
    deadline_.stop();
    next_attempt_.stop();
    patience_.stop();
    queue_.clear();
}

void RedisConnection::close() {
    lookup_.cancel();
    socket_.close();
    flush_.cancel();
    attempt_timeout_.stop();
    idle_.stop();
    words_ = {};
    ping_sent_ = false;
}

std::optional<Result> RedisConnection::refusal(std::size_t max_inflight) {
    const bool reachable = state_ == State::ready || (state_ != State::stopped && patient_);
    if (reachable && queue_.size() < max_inflight) return std::nullopt;
    ++not_stored_;
    if (!reachable) return Result::redis_unavailable;
    complain("calendly_redis_max_inflight is reached", 0);
    return Result::overload;
}

PendingStore& RedisConnection::store(const shared::XaddHead& head, std::span<const std::string_view> body,
                                     StoreObserver& observer, ConnectorMetrics& metrics) {
    PendingStore& pending = queue_.push(head, body, observer, metrics, Clock::now());
    worker_gauges().inflight.add(1);
    if (!deadline_.running()) deadline_.start(set_.timeout);
    flush_.post();
    return pending;
}

void RedisConnection::leave(PendingStore& pending) noexcept {
    pending.observer = nullptr;
    catch_exceptions([&] { pending.command.own_body(); }, [&](const char* what) { on_broken(what, 0); });
}

void RedisConnection::connect() {
    state_ = State::connecting;
    const bool known = std::exchange(addresses_known_, true) || first_round_;
    if (known || !node().host_is_name || !set_.resolver) return open_socket();
    lookup_.start(*set_.resolver, node().host, node().port, set_.connect_timeout);
}

void RedisConnection::on_addresses(std::vector<Address> addresses, std::string_view problem) noexcept {
    const auto adopt = [&] {
        if (addresses.empty())
            return complain(
                "its name cannot be resolved, the last addresses are used: " + std::string(problem), 0);
        const Address& current = node().addresses[rotation_.address()];
        const auto found = std::ranges::find_if(addresses, [&](const auto& a) { return same(a, current); });
        const auto position = found == addresses.end() ? 0 : std::distance(addresses.begin(), found);
        rotation_.set_addresses(addresses.size(), static_cast<std::size_t>(position));
        node().addresses = std::move(addresses);
    };
    catch_exceptions(adopt, [&](const char* what) { complain(what, 0); });
    open_socket();
}

void RedisConnection::open_socket() {
    attempt_timeout_.start(set_.connect_timeout);
    const RedisNode& target = node();
    tls_peer_.tls = target.tls ? set_.tls : nullptr;
    tls_peer_.host_is_name = target.host_is_name;
    tls_peer_.host = target.host;
    tls_peer_.verify = set_.tls_options.verify;
    socket_.connect(node().addresses[rotation_.address()], target.name, tls_peer_);
}

void RedisConnection::attempt_timed_out() {
    std::string_view what = "connecting timed out";
    if (socket_.shaking_hands())
        what = "connected, but the TLS handshake is not answered: no TLS at that port?";
    if (state_ == State::greeting) what = "connected, but Redis does not answer";
    lose(what, 0, Result::redis_unavailable);
}

void RedisConnection::lose_patience() {
    patient_ = false;
    link_meter_.set_down(true);
    give_up_all(Result::redis_unavailable);
}

void RedisConnection::on_connected() noexcept {
    state_ = State::greeting;
    connected_at_ = heard_at_ = Clock::now();
    unanswered_bytes_ = 0;
    stored_something_ = false;
    const auto greet = [&] {
        reader_.emplace();
        const bool one_of_several = set_.nodes.size() > 1;
        handshake_.emplace(node().login, one_of_several ? shared::RedisRole::master : shared::RedisRole::any);
        words_ = handshake_->commands();
        flush();
    };
    catch_exceptions(greet, [&](const char* what) { on_broken(what, 0); });
}

void RedisConnection::on_bytes(std::string_view bytes) noexcept {
    heard_at_ = Clock::now();
    unanswered_bytes_ += bytes.size();
    reader_->feed(bytes);
    catch_exceptions([&] { take_replies(); }, [&](const char* what) { on_broken(what, 0); });
}

void RedisConnection::take_replies() {
    while (usable()) {
        const redisReply* const reply = reader_->next();
        if (!reply) break;
        unanswered_bytes_ = 0;
        state_ == State::greeting ? on_greeting(*reply) : on_reply(*reply);
    }
    if (usable() && (reader_->failed() || unanswered_bytes_ > max_reply_size))
        lose("an answer that is not Redis's", 0, Result::redis_error);
}

void RedisConnection::on_greeting(const redisReply& reply) {
    if (const auto problem = handshake_->on_reply(reply))
        return lose(*problem, 0, Result::redis_unavailable, Verdict::unsuitable);
    if (!handshake_->finished()) return;
    attempt_timeout_.stop();
    patience_.stop();
    idle_.start(as_msec(ping_interval));
    state_ = State::ready;
    link_meter_.set_down(false);
    addresses_known_ = false;
    first_round_ = false;
    if (std::exchange(complained_, false))
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0, "calendly: Redis at %s: connected again",
                      node().name.c_str());
    flush();
}

void RedisConnection::on_reply(const redisReply& reply) {
    if (std::exchange(ping_sent_, false)) return on_pong(reply);
    if (!queue_.awaits_reply()) return lose("a reply that nobody asked for", 0, Result::redis_error);
    if (!is_stream_id(reply)) return on_error(reply);
    stored_something_ = true;
    const auto waiter = queue_.remove_front();
    if (queue_.empty()) deadline_.stop();
    if (!waiter.late) count(waiter, Result::accepted);
    if (waiter.observer) waiter.observer->on_stored(shared::text(reply));
}

void RedisConnection::on_error(const redisReply& reply) {
    const auto waiter = queue_.remove_front();
    if (queue_.empty()) deadline_.stop();
    const auto error = shared::error_for_log(reply);
    if (master_is_elsewhere(error))
        lose(error, 0, Result::redis_error, Verdict::unsuitable);
    else
        complain(error, 0);
    tell_not_stored(waiter, Result::redis_error);
}

void RedisConnection::on_pong(const redisReply& reply) {
    const auto text = shared::text(reply);
    if (master_is_elsewhere(text)) return lose(text, 0, Result::redis_error, Verdict::unsuitable);
    idle_.start(as_msec(ping_interval));
}

bool RedisConnection::master_is_elsewhere(std::string_view error) {
    const bool there_are_others = rotation_.has_alternatives() || (node().host_is_name && set_.resolver);
    return there_are_others && shared::cannot_be_written_now(error);
}

void RedisConnection::on_deadline() {
    const auto now = Clock::now();
    const auto timeout = milliseconds(set_.timeout);
    for (auto next = queue_.begin(); next != queue_.end();) {
        const auto entry = next++;
        if (entry->late) continue;
        if (entry->since + timeout > now) return deadline_.start(as_msec(entry->since + timeout - now));
        if (state_ == State::ready && heard_at_ <= entry->since)
            return lose("connected, but Redis does not answer", 0, Result::redis_timeout);
        be_late(entry);
    }
}

void RedisConnection::be_late(StoreQueue::Entries::iterator entry) {
    const bool untouched = entry->command.untouched();
    if (!untouched) entry->command.own_body();
    const StoreQueue::Waiter waiter{std::exchange(entry->observer, nullptr), entry->metrics, entry->since,
                                    false};
    entry->late = true;
    if (untouched) queue_.remove(entry);
    complain("an acknowledgement came later than calendly_redis_timeout", 0);
    tell_not_stored(waiter, Result::redis_timeout);
}

void RedisConnection::ping_when_idle() {
    if (ping_sent_) return lose("connected, but Redis does not answer", 0, Result::redis_timeout);
    const auto idle = Clock::now() - heard_at_;
    if (idle < ping_interval) return idle_.start(as_msec(ping_interval - idle));
    if (!queue_.empty()) return idle_.start(as_msec(ping_interval));  // their deadline watches over it
    ping_sent_ = true;
    words_ = ping;
    idle_.start(set_.timeout);
    flush();
}

void RedisConnection::on_writable() noexcept {
    catch_exceptions([&] { flush(); }, [&](const char* what) { on_broken(what, 0); });
}

void RedisConnection::flush() {
    while (usable() && socket_.writable()) {
        pieces_.clear();
        if (!words_.empty()) pieces_.push_back(words_);
        if (state_ == State::ready) queue_.append_unsent(pieces_, RedisSocket::max_pieces - pieces_.size());
        if (pieces_.empty()) return;
        const auto sent = socket_.send(pieces_);
        if (!sent) return on_broken("writing failed", ngx_socket_errno);
        const auto of_words = std::min(*sent, words_.size());
        words_.remove_prefix(of_words);
        queue_.advance(*sent - of_words);
    }
}

void RedisConnection::on_broken(std::string_view what, ngx_err_t error) noexcept {
    const bool at_the_first_word =
        state_ == State::greeting && heard_at_ == connected_at_ && node().port != 0;
    lose(at_the_first_word ? hint_at_tls() : what, error, Result::redis_unavailable);
}

std::string_view RedisConnection::hint_at_tls() const {
    // With TLS 1.3 a server looks at its client's certificate when the client has done the handshake already.
    if (tls_peer_.tls)
        return "broke off after the TLS handshake: does it want (another) calendly_redis_certificate?";
    return "broke off at the first word: does it want TLS (rediss://)?";
}

void RedisConnection::on_worker_shutdown() noexcept {
    state_ = State::stopped;
    link_meter_.set_down(false);
    close();
    give_up_all(Result::redis_unavailable);
}

void RedisConnection::lose(std::string_view what, ngx_err_t error, Result result, Verdict verdict) {
    const bool served =
        state_ == State::ready && (stored_something_ || Clock::now() > connected_at_ + short_life);
    state_ = State::waiting;
    link_meter_.set_down(true);
    close();
    complain(what, error);
    if (served) begin_anew();
    const bool same_round = (!served || verdict == Verdict::unsuitable) && !leave_target();
    const auto delay = same_round ? milliseconds(0) : back_off(failed_rounds_, ngx_random());
    next_attempt_.start(as_msec(delay));
    patient_ ? give_up_touched(result) : give_up_all(result);
}

void RedisConnection::begin_anew() {
    rotation_.success();
    failed_rounds_ = 0;
    patient_ = true;
    patience_.start(set_.connect_timeout);
}

// True when every address of every server was tried in vain.
bool RedisConnection::leave_target() {
    const bool whole_round = rotation_.fail();
    if (rotation_.address() == 0) addresses_known_ = false;
    if (!whole_round) return false;
    first_round_ = false;
    patient_ = false;
    ++failed_rounds_;
    return true;
}

// What was sent, or a part of which was, cannot be sent again: it may be in the stream.
void RedisConnection::give_up_touched(Result result) {
    while (!queue_.empty() && !queue_.front_is_untouched()) tell_not_stored(queue_.remove_front(), result);
    if (queue_.empty()) deadline_.stop();
}

void RedisConnection::give_up_all(Result result) {
    // What an observer makes us queue meanwhile belongs to the next connection.
    for (auto count = queue_.size(); count > 0; --count) tell_not_stored(queue_.remove_front(), result);
    if (queue_.empty()) deadline_.stop();
}

// What became of the entry, whether somebody still waits for it or not.
void RedisConnection::count(const StoreQueue::Waiter& waiter, Result result) noexcept {
    worker_gauges().inflight.add(-1);
    if (result == Result::accepted)
        waiter.metrics->count_accepted(heard_at_ - waiter.since);
    else
        waiter.metrics->count_refused(result);
}

void RedisConnection::tell_not_stored(const StoreQueue::Waiter& waiter, Result result) {
    if (waiter.late) return;
    count(waiter, result);
    ++not_stored_;
    if (waiter.observer) waiter.observer->on_not_stored(result);
}

void RedisConnection::complain(std::string_view what, ngx_err_t error) {
    const auto kept_back = log_limit_.admit(shared::LogLimit::Time(ngx_current_msec));
    if (!kept_back) return;
    ngx_log_error(
        NGX_LOG_ERR, ngx_cycle->log, error,
        "calendly: Redis at %s: %*s (%ul webhooks got 503, %ul such lines kept back since the last)",
        node().name.c_str(), what.size(), what.data(), not_stored_, *kept_back);
    not_stored_ = 0;
    complained_ = true;
}

}  // namespace edge
