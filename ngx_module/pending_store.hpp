#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "ngx_module/event.hpp"
#include "ngx_module/result.hpp"
#include "ngx_module/xadd_command.hpp"

namespace edge {

// Who waits for Redis; told exactly once, unless it left before (PendingStore::leave).
class StoreObserver {
public:
    virtual void on_stored(std::string_view stream_id) noexcept = 0;
    virtual void on_not_stored(Result why) noexcept = 0;

protected:
    ~StoreObserver() = default;
};

class RedisConnection;

// A delivery on its way to Redis. It belongs to the connection, not to the request: a request may die at any
// time, and its reply must still be recognised.
struct PendingStore {
    PendingStore(RedisConnection& to, std::string head, std::span<const std::string_view> body,
                 StoreObserver& who);

    // The request dies: the entry is stored all the same, and nobody is told.
    void leave();

    RedisConnection& connection;
    XaddCommand command;
    StoreObserver* observer;
    ngx_msec_t since;
    // A worker that shuts down waits for it: otherwise it would drop a request whose entry is being stored.
    Timer deadline;
};

}  // namespace edge
