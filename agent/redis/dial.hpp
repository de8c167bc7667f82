// New connections: found, connected, TLS, logged in.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/transport.hpp"
#include "shared/redis_handshake.hpp"
#include "shared/redis_url.hpp"
#include "shared/resp.hpp"

namespace redis {

// The time that each step may take; all of it can be given up from outside.
class Attempt {
public:
    explicit Attempt(boost::asio::any_io_executor executor) : timer_(std::move(executor)) {}

    void give_up() {
        is_given_up_ = true;
        timer_.cancel();
    }
    bool is_given_up() const noexcept { return is_given_up_; }

    // Expires when the step's time is over, and at once when the attempt is given up.
    boost::asio::steady_timer& limit(std::chrono::steady_clock::time_point end) {
        timer_.expires_at(is_given_up_ ? std::chrono::steady_clock::time_point::min() : end);
        return timer_;
    }

private:
    boost::asio::steady_timer timer_;
    bool is_given_up_ = false;
};

struct Peer {
    shared::RedisUrl url;
    std::string password;  // empty: no AUTH
    shared::RedisRole role = shared::RedisRole::any;
    bool wants_name = true;  // in CLIENT LIST
};

struct Dialed {
    std::optional<net::Transport> stream;
    std::string problem;  // why there is no stream; one line, no secret
    // False: it refused the connection's name. Whoever asks again all the same fills its ACL LOG.
    bool may_set_name = true;
    bool is_of_cluster = false;  // as far as its role was asked for
};

// Tries the addresses of the server's name until one of them can be connected to and logs us in, each step
// for two seconds at most; one that does not answer holds up the next one only for its head start. `tls`
// (SSL_CTX) is used when the URL wants it.
boost::asio::awaitable<Dialed> dial(Peer peer, ssl_ctx_st& tls, Attempt& attempt);

// Sends `commands` and gives every reply to `take` until that returns false. The error of a connection that
// broke before, or of bytes that are not Redis's.
boost::asio::awaitable<boost::system::error_code> talk(net::Transport& stream, std::string commands,
                                                       std::function<bool(const redisReply&)> take);

}  // namespace redis
