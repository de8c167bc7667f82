#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ngx_module/event.hpp"
#include "shared/redis_handshake.hpp"
#include "shared/log_limit.hpp"
#include "ngx_module/pending_store.hpp"
#include "ngx_module/redis_socket.hpp"
#include "shared/resp.hpp"

namespace edge {

// Where a Redis is and how to log in. Addresses live as long as nginx's configuration.
struct RedisServer {
    std::string name;  // for logs
    std::span<ngx_addr_t> addresses;
    shared::RedisLogin login;
    ngx_msec_t connect_timeout;
};

// The pipelined connection of one worker to one Redis: made at the worker's start, made again whenever it
// breaks. The commands of a turn of the event loop leave together; replies come in the order of commands.
class RedisConnection final : RedisSocket::Owner {
public:
    explicit RedisConnection(RedisServer server);

    const RedisServer& server() const { return server_; }

    void start();  // in the worker
    void stop();   // the worker exits: tells nobody

    // Why a delivery cannot be taken now, nothing when it can. While the first connection is being made, or
    // the first one after a good one, deliveries wait for it.
    std::optional<Result> refusal(std::size_t max_inflight);

    // Call only without a refusal(). The body stays where it is until the observer is told or leaves.
    PendingStore& store(std::string head, std::span<const std::string_view> body, ngx_msec_t timeout,
                        StoreObserver& observer);

    void on_broken(std::string_view what, ngx_err_t error) noexcept override;

private:
    friend struct PendingStore;

    enum class State {
        stopped,     // not started, or the worker is leaving
        waiting,     // for the time of the next attempt
        connecting,  // the socket is not connected yet
        greeting,    // the handshake is under way
        ready,
    };

    void connect();
    void attempt_timed_out();
    void on_connected() noexcept override;
    void on_bytes(std::string_view bytes) noexcept override;
    void on_writable() noexcept override { flush(); }
    void on_worker_shutdown() noexcept override;

    void take_replies();
    void on_greeting(const redisReply& reply);
    void on_reply(const redisReply& reply);
    void on_deadline(PendingStore& pending);
    void forget(const PendingStore& pending);

    void flush();
    void collect_unsent();
    void advance(std::size_t size);

    void lose(std::string_view what, ngx_err_t error, Result result);
    void give_up_all(Result result);
    void complain(std::string_view what, ngx_err_t error);
    bool usable() const { return state_ == State::greeting || state_ == State::ready; }

    RedisServer server_;
    State state_ = State::stopped;
    RedisSocket socket_;
    std::optional<shared::RedisHandshake> handshake_;
    std::string_view unsent_greeting_;
    std::optional<shared::ReplyReader> reader_;
    std::size_t unanswered_bytes_ = 0;                 // read since the last whole reply
    std::deque<std::unique_ptr<PendingStore>> queue_;  // commands that were sent come first
    std::vector<std::string_view> pieces_;             // scratch of flush()
    unsigned failures_ = 0;                            // attempts in a row that came to nothing
    std::size_t next_address_ = 0;
    ngx_msec_t connected_at_ = 0;
    ngx_msec_t heard_at_ = 0;
    bool stored_something_ = false;  // on this connection
    bool complained_ = false;        // in the log, since the last connection that was good
    shared::LogLimit log_limit_;
    unsigned long not_stored_ = 0;  // deliveries answered 503 since the last line in the log
    Posted flush_;
    Timer attempt_timeout_;
    Timer next_attempt_;
};

}  // namespace edge
