// What a connection to Redis does next: the rules of redis/link, without a socket, a clock or nginx. Each
// event returns the actions that follow from it; the link carries them out.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <hiredis/hiredis.h>

#include "ngx_module/clock.hpp"
#include "ngx_module/redis/rotation.hpp"
#include "ngx_module/result.hpp"
#include "shared/redis_handshake.hpp"

namespace edge::redis {

enum class LinkTimer {
    attempt,       // ends an attempt that takes too long: on_attempt_overdue()
    next_attempt,  // on_attempt_due()
    patience,      // webhooks have waited long enough for a connection: on_patience_over()
    idle,          // nothing was heard for a while: on_idle()
};

namespace action {

struct LookUpName {  // of the target's server; ends in on_addresses() or on_no_addresses()
    bool operator==(const LookUpName&) const = default;
};
struct Connect {  // to the target; ends in on_connected() or on_broken()
    bool operator==(const Connect&) const = default;
};
struct Say {  // send these bytes, which live until the next on_connected()
    std::string_view words;
    bool operator==(const Say&) const = default;
};
struct Close {  // the lookup, the socket, and the timers `attempt` and `idle`
    bool operator==(const Close&) const = default;
};
struct Start {  // a timer, anew when it runs already
    LinkTimer timer;
    std::chrono::milliseconds delay;
    bool operator==(const Start&) const = default;
};
struct Stop {
    LinkTimer timer;
    bool operator==(const Stop&) const = default;
};
struct Complain {  // in the log
    std::size_t server;
    std::string what;
    int error;  // errno, or 0
    bool operator==(const Complain&) const = default;
};
struct TellReady {  // the owner may talk from now on; other workers may begin with this server
    bool operator==(const TellReady&) const = default;
};
struct TellLost {  // the owner gets no more replies on this connection
    Result why;
    bool operator==(const TellLost&) const = default;
};

}  // namespace action

using Action = std::variant<action::LookUpName, action::Connect, action::Say, action::Close, action::Start,
                            action::Stop, action::Complain, action::TellReady, action::TellLost>;
// To be carried out in this order. Whatever may raise the next event at once (LookUpName, Connect, Say,
// TellReady, TellLost) is the last of them.
using Actions = std::vector<Action>;

// Of the owner: what he waits for on the connection.
enum class Expectation {
    nothing,
    replies,
    late_replies,  // only such as he does not wait for any more
};

// Whether the same server may be asked again.
enum class Verdict { broken, unsuitable };

// Why a connection is given up.
struct Loss {
    std::string_view what;  // for the log
    Result result = Result::redis_unavailable;
    Verdict verdict = Verdict::broken;
    int error = 0;  // errno, or 0
};

// Of one server of a replication set, what the rules depend on.
struct Server {
    std::size_t addresses = 1;     // never 0
    bool name_may_change = false;  // it has a name, and there is a resolver to ask again where it points
    bool tcp = true;               // not a unix socket
    bool tls = false;
    shared::RedisLogin login;
};

struct LinkSettings {
    std::vector<Server> servers;  // never empty
    std::chrono::milliseconds connect_timeout;
    std::chrono::milliseconds timeout;    // of a reply
    unsigned long (*random)() = nullptr;  // spreads the attempts of those who lost Redis together
    bool of_cluster = false;              // whose other nodes know more when this one is not there
};

class LinkState {
public:
    using Time = Clock::time_point;

    explicit LinkState(LinkSettings settings);

    // What is so now.
    std::size_t server() const { return rotation_.server(); }  // the target
    std::size_t address() const { return rotation_.address(); }
    bool ready() const { return phase_ == Phase::ready; }
    bool talking() const { return phase_ == Phase::greeting || ready(); }
    bool awaits_own_reply() const { return phase_ == Phase::greeting || ping_sent_; }  // then on_reply()
    bool down() const { return down_; }  // it broke, or could not be made, and is not back
    Time heard_at() const { return heard_at_; }

    // Ready, or about to be: while the worker's first connection is being made, or the first one after a good
    // one, until a whole round of servers has failed or connect_timeout is over.
    bool promising() const { return ready() || (phase_ != Phase::stopped && patient_); }

    // An error of Redis after which another server of the set may be the master.
    bool master_is_elsewhere(std::string_view error) const;

    // The worker begins, with this server first; the worker ends.
    [[nodiscard]] Actions start(std::size_t first_server);
    [[nodiscard]] Actions stop();
    [[nodiscard]] Actions on_worker_shutdown();  // worker_shutdown_timeout is over

    // A name was looked up. `current`: where among the new addresses the one used last is, 0 when it is gone.
    [[nodiscard]] Actions on_addresses(std::size_t count, std::size_t current);
    [[nodiscard]] Actions on_no_addresses(std::string_view problem);

    // The connection. on_closed() is what the other end did, on_broken() is all other trouble.
    [[nodiscard]] Actions on_connected(Time now);
    void on_bytes(Time now) { heard_at_ = now; }
    [[nodiscard]] Actions on_reply(const redisReply& reply);
    [[nodiscard]] Actions on_closed(int error, Time now);
    [[nodiscard]] Actions on_broken(std::string_view what, int error, Time now);

    // The owner: the connection did what it is for, so after a loss the same server is tried first; or he
    // gives it up.
    void on_served() { served_ = true; }
    [[nodiscard]] Actions lose(const Loss& loss, Time now);

    // The timers.
    [[nodiscard]] Actions on_attempt_due();
    [[nodiscard]] Actions on_attempt_overdue(bool shaking_hands, Time now);
    [[nodiscard]] Actions on_patience_over();
    [[nodiscard]] Actions on_idle(Expectation expectation, Time now);

private:
    enum class Phase {
        stopped,     // not started, or the worker is leaving
        waiting,     // for the time of the next attempt
        resolving,   // the server's name
        connecting,  // TLS included
        greeting,    // the handshake with Redis is under way
        ready,
    };

    const Server& target() const { return settings_.servers[server()]; }
    Actions connect();
    Actions on_greeting(const redisReply& reply);
    Actions on_pong(const redisReply& reply);
    void begin_anew();
    bool leave_target();

    LinkSettings settings_;
    Phase phase_ = Phase::stopped;
    Rotation rotation_;
    std::optional<shared::RedisHandshake> handshake_;

    bool patient_ = false;
    bool down_ = false;
    bool addresses_known_ = false;  // of the target, in this round: no need to ask the resolver
    bool first_round_ = true;       // all addresses are as fresh as the configuration
    unsigned failed_rounds_ = 0;    // in a row
    bool served_ = false;           // this connection
    bool ping_sent_ = false;        // and not answered
    bool may_ping_ = true;          // the user, as far as is known
    bool may_set_name_ = true;      // likewise; not asked for again once it was refused
    Time connected_at_;
    Time heard_at_;
};

}  // namespace edge::redis
