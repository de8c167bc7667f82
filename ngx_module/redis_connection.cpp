#include "ngx_module/redis_connection.hpp"

#include <algorithm>

#include "ngx_module/back_off.hpp"
#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/redis_reply.hpp"

namespace edge {
namespace {

// Our replies are a status, an ID or one line of error.
constexpr std::size_t max_reply_size = 64 * 1024;

// A connection that lived shorter and stored nothing counts as a failed attempt.
constexpr ngx_msec_t short_life = 1000;

bool later(ngx_msec_t a, ngx_msec_t b) {
    return static_cast<ngx_msec_int_t>(a - b) > 0;
}

template <auto Method>
void call(void* owner) noexcept {
    auto& connection = *static_cast<RedisConnection*>(owner);
    catch_exceptions([&] { (connection.*Method)(); },
                     [&](const char* what) { connection.on_broken(what, 0); });
}

}  // namespace

RedisConnection::RedisConnection(RedisServer server)
    : server_(std::move(server)),
      socket_(*this),
      flush_(call<&RedisConnection::flush>, this),
      attempt_timeout_(call<&RedisConnection::attempt_timed_out>, this, Timer::AtShutdown::cancelable),
      next_attempt_(call<&RedisConnection::connect>, this, Timer::AtShutdown::cancelable) {
    pieces_.reserve(RedisSocket::max_pieces);
}

void RedisConnection::start() {
    if (state_ == State::stopped) connect();
}

void RedisConnection::stop() {
    state_ = State::stopped;
    flush_.cancel();
    attempt_timeout_.stop();
    next_attempt_.stop();
    socket_.close();
    queue_.clear();
}

std::optional<Result> RedisConnection::refusal(std::size_t max_inflight) {
    const bool reachable = state_ == State::ready || (state_ != State::stopped && failures_ == 0);
    if (reachable && queue_.size() < max_inflight) return std::nullopt;
    ++not_stored_;
    if (!reachable) return Result::redis_unavailable;
    complain("calendly_redis_max_inflight is reached", 0);
    return Result::overload;
}

PendingStore& RedisConnection::store(std::string head, std::span<const std::string_view> body,
                                     ngx_msec_t timeout, StoreObserver& observer) {
    auto& pending =
        *queue_.emplace_back(std::make_unique<PendingStore>(*this, std::move(head), body, observer));
    pending.deadline.start(timeout);
    flush_.post();
    return pending;
}

void RedisConnection::connect() {
    state_ = State::connecting;
    attempt_timeout_.start(server_.connect_timeout);
    socket_.connect(server_.addresses[next_address_]);
}

void RedisConnection::attempt_timed_out() {
    lose(state_ == State::greeting ? "connected, but Redis does not answer" : "connecting timed out", 0,
         Result::redis_unavailable);
}

void RedisConnection::on_connected() noexcept {
    state_ = State::greeting;
    connected_at_ = heard_at_ = ngx_current_msec;
    unanswered_bytes_ = 0;
    stored_something_ = false;
    catch_exceptions(
        [&] {
            reader_.emplace();
            handshake_.emplace(server_.login);
            unsent_greeting_ = handshake_->commands();
            flush();
        },
        [&](const char* what) { on_broken(what, 0); });
}

void RedisConnection::on_bytes(std::string_view bytes) noexcept {
    heard_at_ = ngx_current_msec;
    unanswered_bytes_ += bytes.size();
    reader_->feed(bytes);
    catch_exceptions([&] { take_replies(); }, [&](const char* what) { on_broken(what, 0); });
}

void RedisConnection::take_replies() {
    while (usable()) {
        const shared::ReplyPtr reply = reader_->next();
        if (!reply) break;
        unanswered_bytes_ = 0;
        state_ == State::greeting ? on_greeting(*reply) : on_reply(*reply);
    }
    if (usable() && (reader_->failed() || unanswered_bytes_ > max_reply_size))
        lose("an answer that is not Redis's", 0, Result::redis_error);
}

void RedisConnection::on_greeting(const redisReply& reply) {
    if (const auto problem = handshake_->on_reply(reply)) return lose(*problem, 0, Result::redis_unavailable);
    if (!handshake_->finished()) return;
    attempt_timeout_.stop();
    state_ = State::ready;
    if (std::exchange(complained_, false)) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0, "calendly: Redis at %s: connected again",
                      server_.name.c_str());
    }
    flush();
}

void RedisConnection::on_reply(const redisReply& reply) {
    if (queue_.empty() || !queue_.front()->command.sent())
        return lose("a reply that nobody asked for", 0, Result::redis_error);
    const auto pending = std::move(queue_.front());
    queue_.pop_front();
    failures_ = 0;
    if (is_stream_id(reply)) {
        stored_something_ = true;
        if (pending->observer) pending->observer->on_stored(shared::text(reply));
        return;
    }
    ++not_stored_;
    complain(shared::error_for_log(reply), 0);
    if (pending->observer) pending->observer->on_not_stored(Result::redis_error);
}

void RedisConnection::on_deadline(PendingStore& pending) {
    if (state_ == State::ready && !later(heard_at_, pending.since))
        return lose("connected, but Redis does not answer", 0, Result::redis_timeout);
    ++not_stored_;
    complain("an acknowledgement came later than calendly_redis_timeout", 0);
    if (!pending.command.untouched()) pending.command.own_body();
    StoreObserver* const observer = std::exchange(pending.observer, nullptr);
    if (pending.command.untouched()) forget(pending);
    if (observer) observer->on_not_stored(Result::redis_timeout);
}

void RedisConnection::forget(const PendingStore& pending) {
    const auto is_it = [&](const auto& other) { return other.get() == &pending; };
    queue_.erase(std::ranges::find_if(queue_, is_it));
}

void RedisConnection::flush() {
    while (usable() && socket_.writable()) {
        collect_unsent();
        if (pieces_.empty()) return;
        const auto sent = socket_.send(pieces_);
        if (!sent) return lose("writing failed", ngx_socket_errno, Result::redis_unavailable);
        advance(*sent);
    }
}

void RedisConnection::collect_unsent() {
    pieces_.clear();
    if (!unsent_greeting_.empty()) pieces_.push_back(unsent_greeting_);
    if (state_ != State::ready) return;
    const auto first = std::ranges::partition_point(queue_, [](const auto& p) { return p->command.sent(); });
    for (auto it = first; it != queue_.end(); ++it)
        if (!(*it)->command.append_unsent(pieces_, RedisSocket::max_pieces - pieces_.size())) return;
}

void RedisConnection::advance(std::size_t size) {
    const auto greeting = std::min(size, unsent_greeting_.size());
    unsent_greeting_.remove_prefix(greeting);
    size -= greeting;
    auto it = std::ranges::partition_point(queue_, [](const auto& p) { return p->command.sent(); });
    while (size > 0) size = (*it++)->command.advance(size);
}

void RedisConnection::on_broken(std::string_view what, ngx_err_t error) noexcept {
    lose(what, error, Result::redis_unavailable);
}

void RedisConnection::on_worker_shutdown() noexcept {
    state_ = State::stopped;
    flush_.cancel();
    attempt_timeout_.stop();
    socket_.close();
    give_up_all(Result::redis_unavailable);
}

void RedisConnection::lose(std::string_view what, ngx_err_t error, Result result) {
    const bool useful =
        state_ == State::ready && (stored_something_ || later(ngx_current_msec, connected_at_ + short_life));
    failures_ = useful ? 0 : failures_ + 1;
    state_ = State::waiting;
    flush_.cancel();
    attempt_timeout_.stop();
    socket_.close();
    unsent_greeting_ = {};
    next_address_ = (next_address_ + 1) % server_.addresses.size();
    const auto delay = back_off(failures_, static_cast<unsigned>(ngx_random()));
    next_attempt_.start(static_cast<ngx_msec_t>(delay.count()));
    complain(what, error);
    give_up_all(result);
}

void RedisConnection::give_up_all(Result result) {
    // What an observer makes us queue meanwhile belongs to the next connection.
    for (auto count = queue_.size(); count > 0; --count) {
        const auto pending = std::move(queue_.front());
        queue_.pop_front();
        if (!pending->observer) continue;
        ++not_stored_;
        pending->observer->on_not_stored(result);
    }
}

void RedisConnection::complain(std::string_view what, ngx_err_t error) {
    const auto kept_back = log_limit_.admit(shared::LogLimit::Time(ngx_current_msec));
    if (!kept_back) return;
    ngx_log_error(
        NGX_LOG_ERR, ngx_cycle->log, error,
        "calendly: Redis at %s: %*s (%ul webhooks got 503, %ul such lines kept back since the last)",
        server_.name.c_str(), what.size(), what.data(), not_stored_, *kept_back);
    not_stored_ = 0;
    complained_ = true;
}

PendingStore::PendingStore(RedisConnection& to, std::string head, std::span<const std::string_view> body,
                           StoreObserver& who)
    : connection(to),
      command(std::move(head), body),
      observer(&who),
      since(ngx_current_msec),
      deadline(
          [](void* owner) noexcept {
              auto& pending = *static_cast<PendingStore*>(owner);
              auto& its_connection = pending.connection;
              catch_exceptions([&] { its_connection.on_deadline(pending); },
                               [&](const char* what) { its_connection.on_broken(what, 0); });
          },
          this, Timer::AtShutdown::worker_waits) {}

void PendingStore::leave() {
    observer = nullptr;
    catch_exceptions([&] { command.own_body(); }, [&](const char* what) { connection.on_broken(what, 0); });
}

}  // namespace edge
