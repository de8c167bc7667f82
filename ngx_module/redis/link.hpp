#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ngx_module/clock.hpp"
#include "ngx_module/event.hpp"
#include "ngx_module/metrics/zone.hpp"
#include "ngx_module/redis/last_servers.hpp"
#include "ngx_module/redis/name_lookup.hpp"
#include "ngx_module/redis/replication_set.hpp"
#include "ngx_module/redis/reply_reader.hpp"
#include "ngx_module/redis/rotation.hpp"
#include "ngx_module/redis/socket.hpp"
#include "ngx_module/result.hpp"
#include "shared/log_limit.hpp"
#include "shared/redis_handshake.hpp"

namespace edge::redis {

// A connection to one Redis, or to the master of one replication set, on which the owner may talk as long as
// it is ready(); made again, and elsewhere, whenever it breaks. Knows nothing of what is said on it.
class Link final : Socket::Owner, NameLookup::Owner {
public:
    // Of the owner: what he waits for on the connection.
    enum class Expectation {
        nothing,
        replies,
        late_replies,  // only such as he does not wait for any more
    };

    class Owner {
    public:
        virtual void on_ready() = 0;
        virtual void on_reply(const redisReply& reply) = 0;
        virtual void on_writable() = 0;
        // What was sent and not answered never will be; what was not sent may wait if the link is
        // promising().
        virtual void on_lost(Result why) = 0;
        virtual Expectation expectation() const = 0;

    protected:
        ~Owner() = default;
    };

    // Whether the same server may be asked again.
    enum class Verdict { broken, unsuitable };

    Link(ReplicationSet set, Owner& owner);

    const ReplicationSet& set() const { return set_; }

    // In the worker. `last_servers` lives as long as the worker.
    void start(LastServers& last_servers);
    void stop();  // the worker exits: tells nobody

    bool ready() const { return state_ == State::ready; }

    // Ready, or about to be: while the worker's first connection is being made, or the first one after a good
    // one, until a whole round of servers has failed or connect_timeout is over.
    bool promising() const { return ready() || (state_ != State::stopped && patient_); }

    bool writable() const { return ready() && words_.empty() && socket_.writable(); }

    // See Socket::send(); a failure ends in on_lost().
    std::size_t send(std::span<const std::string_view> pieces);

    // Gives the connection up; the reason goes to the log.
    void lose(std::string_view what, Result result, Verdict verdict = Verdict::broken, ngx_err_t error = 0);

    // An error of Redis after which another server of the set may be the master.
    bool master_is_elsewhere(std::string_view error) const;

    // The connection did what it is for: after a loss the same server is tried first.
    void served() { served_ = true; }

    Clock::time_point heard_at() const { return heard_at_; }

    // An [error] line, one a second and cause at most: of several addresses or servers each may have its own
    // trouble. A delivery that gets 503 is counted and told with the next line.
    void complain(std::string_view what, ngx_err_t error = 0);
    void count_not_stored() { ++not_stored_; }

private:
    enum class State {
        stopped,     // not started, or the worker is leaving
        waiting,     // for the time of the next attempt
        connecting,  // its address is asked for, or the socket is not connected yet
        greeting,    // the handshake is under way
        ready,
    };

    template <auto Method>
    static void call(void* link) noexcept;

    void begin_where_others_are();
    void connect();
    void on_addresses(std::vector<Address> addresses, std::string_view problem) noexcept override;
    void adopt(std::vector<Address> addresses);
    void open_socket();
    void attempt_timed_out();
    void lose_patience();

    void on_connected() noexcept override;
    void on_bytes(std::string_view bytes) noexcept override;
    void on_writable() noexcept override;
    void on_closed(ngx_err_t error) noexcept override;
    void on_broken(std::string_view what, ngx_err_t error) noexcept override;
    void on_worker_shutdown() noexcept override;

    void send_words();
    void take_replies();
    void on_reply(const redisReply& reply);
    void on_greeting(const redisReply& reply);
    void on_pong(const redisReply& reply);
    void ping_when_idle();
    std::string_view hint_at_tls() const;
    void tell(ngx_uint_t level, std::string_view what, ngx_err_t error, unsigned long kept_back);

    void close();
    void begin_anew();
    bool leave_target();

    Node& node() { return set_.nodes[rotation_.server()]; }
    const Node& node() const { return set_.nodes[rotation_.server()]; }
    bool talking() const { return state_ == State::greeting || state_ == State::ready; }

    ReplicationSet set_;
    Owner& owner_;
    State state_ = State::stopped;
    Rotation rotation_;
    LastServers* last_servers_ = nullptr;  // of a set with several servers
    Socket socket_;
    NameLookup lookup_;
    TlsPeer tls_peer_;
    std::optional<shared::RedisHandshake> handshake_;
    std::optional<ReplyReader> reader_;
    std::size_t unanswered_bytes_ = 0;  // read since the last whole reply
    std::string_view words_;            // our own, not sent yet: the handshake, or a PING

    bool patient_ = false;
    bool addresses_known_ = false;  // of node(), in this round: no need to ask the resolver
    bool first_round_ = true;       // all addresses are as fresh as the configuration
    unsigned failed_rounds_ = 0;    // in a row
    bool served_ = false;           // this connection
    bool ping_sent_ = false;        // and not answered
    Clock::time_point connected_at_;
    Clock::time_point heard_at_;

    bool complained_ = false;  // in the log, since the last connection that was good
    shared::LogLimits log_limits_;
    unsigned long not_stored_ = 0;  // deliveries answered 503 since the last line in the log
    metrics::LinkMeter meter_;

    Timer attempt_timeout_;
    Timer next_attempt_;
    Timer patience_;
    Timer idle_;
};

}  // namespace edge::redis
