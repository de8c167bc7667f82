#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ngx_module/event.hpp"
#include "ngx_module/flat_reply_reader.hpp"
#include "ngx_module/meters.hpp"
#include "ngx_module/name_lookup.hpp"
#include "ngx_module/redis_set.hpp"
#include "ngx_module/redis_socket.hpp"
#include "ngx_module/rotation.hpp"
#include "ngx_module/store_queue.hpp"
#include "shared/log_limit.hpp"
#include "shared/redis_handshake.hpp"

namespace edge {

// The pipelined connection of one worker to one Redis, or to the master of one replication set: made at the
// worker's start, made again whenever it breaks. The commands of a turn of the event loop leave together;
// replies come in the order of commands.
class RedisConnection final : RedisSocket::Owner, NameLookup::Owner {
public:
    explicit RedisConnection(RedisSet set);

    const RedisSet& set() const { return set_; }

    void start();  // in the worker
    void stop();   // the worker exits: tells nobody

    // Why a delivery cannot be taken now, nothing when it can. While the first connection is being made, or
    // the first one after a good one, deliveries wait for it.
    std::optional<Result> refusal(std::size_t max_inflight);

    // Call only without a refusal(). The body stays where it is until the observer is told or leaves.
    PendingStore& store(const shared::XaddHead& head, std::span<const std::string_view> body,
                        StoreObserver& observer, ConnectorMetrics& metrics);

    // The request dies: its entry is stored all the same, and nobody is told.
    void leave(PendingStore& pending) noexcept;

    void on_broken(std::string_view what, ngx_err_t error) noexcept override;

private:
    enum class State {
        stopped,     // not started, or the worker is leaving
        waiting,     // for the time of the next attempt
        connecting,  // its address is asked for, or the socket is not connected yet
        greeting,    // the handshake is under way
        ready,
    };

    // Whether the same server may be asked again.
    enum class Verdict { broken, unsuitable };

    void connect();
    void on_addresses(std::vector<Address> addresses, std::string_view problem) noexcept override;
    void open_socket();
    void attempt_timed_out();
    void lose_patience();
    void on_connected() noexcept override;
    void on_bytes(std::string_view bytes) noexcept override;
    void on_writable() noexcept override;
    void on_worker_shutdown() noexcept override;

    void take_replies();
    void on_greeting(const redisReply& reply);
    void on_reply(const redisReply& reply);
    void on_error(const redisReply& reply);
    void on_pong(const redisReply& reply);
    bool master_is_elsewhere(std::string_view error);
    void on_deadline();
    void be_late(StoreQueue::Entries::iterator entry);
    void ping_when_idle();
    void flush();

    void lose(std::string_view what, ngx_err_t error, Result result, Verdict verdict = Verdict::broken);
    std::string_view hint_at_tls() const;
    void close();
    void begin_anew();
    bool leave_target();
    void give_up_touched(Result result);
    void give_up_all(Result result);
    void count(const StoreQueue::Waiter& waiter, Result result) noexcept;
    void tell_not_stored(const StoreQueue::Waiter& waiter, Result result);
    void complain(std::string_view what, ngx_err_t error);

    RedisNode& node() { return set_.nodes[rotation_.server()]; }
    bool usable() const { return state_ == State::greeting || state_ == State::ready; }

    RedisSet set_;
    State state_ = State::stopped;
    Rotation rotation_;
    RedisSocket socket_;
    NameLookup lookup_;
    TlsPeer tls_peer_;
    std::optional<shared::RedisHandshake> handshake_;
    std::optional<FlatReplyReader> reader_;
    std::size_t unanswered_bytes_ = 0;  // read since the last whole reply
    std::string_view words_;            // unsent, before any delivery: the handshake, or a PING
    StoreQueue queue_;
    std::vector<std::string_view> pieces_;  // scratch of flush()

    bool patient_ = false;           // deliveries wait for a connection that is being made
    bool addresses_known_ = false;   // of node(), in this round: no need to ask the resolver
    bool first_round_ = true;        // all addresses are as fresh as the configuration
    unsigned failed_rounds_ = 0;     // in a row
    bool stored_something_ = false;  // on this connection
    bool ping_sent_ = false;         // and not answered
    Clock::time_point connected_at_;
    Clock::time_point heard_at_;

    LinkMeter link_meter_;
    bool complained_ = false;  // in the log, since the last connection that was good
    shared::LogLimit log_limit_;
    unsigned long not_stored_ = 0;  // deliveries answered 503 since the last line in the log

    Posted flush_;
    // Workers that shut down wait for it: otherwise they would drop requests whose entries are being stored.
    Timer deadline_;
    Timer attempt_timeout_;
    Timer next_attempt_;
    Timer patience_;
    Timer idle_;
};

}  // namespace edge
