#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "ngx_module/clock.hpp"
#include "ngx_module/redis/link_state.hpp"

namespace edge::redis {

// A connection to one Redis as its owner sees it: he may talk on it as long as it is ready(). redis/link is
// one.
class Connection {
public:
    class Owner {
    public:
        virtual void on_ready() = 0;
        virtual void on_reply(const redisReply& reply) = 0;
        virtual void on_writable() = 0;
        // What was sent and not answered never will be; what was not sent may wait if the connection is
        // promising().
        virtual void on_lost(Result why) = 0;
        virtual Expectation expectation() const = 0;

    protected:
        ~Owner() = default;
    };

    // As many pieces as one system call takes (IOV_MAX of Linux).
    static constexpr std::size_t max_pieces = 1024;

    // See LinkState.
    virtual bool ready() const = 0;
    virtual bool promising() const = 0;
    virtual bool master_is_elsewhere(std::string_view error) const = 0;
    virtual Clock::time_point heard_at() const = 0;
    virtual void served() = 0;

    virtual bool writable() const = 0;

    // Sends what the kernel takes now of at most max_pieces pieces; returns the number of bytes. A failure
    // ends in on_lost().
    virtual std::size_t send(std::span<const std::string_view> pieces) = 0;

    // Gives the connection up; the reason goes to the log.
    virtual void lose(const Loss& loss) = 0;

    // An [error] line about this Redis.
    virtual void complain(std::string_view what) = 0;
    // A webhook got 503: told with the next line.
    virtual void count_not_stored() = 0;

protected:
    ~Connection() = default;
};

}  // namespace edge::redis
