#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

#include "ngx_module/clock.hpp"
#include "ngx_module/metrics/zone.hpp"
#include "ngx_module/result.hpp"
#include "ngx_module/store/entry_command.hpp"

namespace edge::store {

// Who waits for Redis; told exactly once, unless it left before.
class Observer {
public:
    virtual void on_stored(std::string_view stream_id) noexcept = 0;
    virtual void on_not_stored(Result why) noexcept = 0;

protected:
    ~Observer() = default;
};

// Who is to be told, and what is to be measured, of one delivery.
struct Waiter {
    Observer* observer = nullptr;  // null: it left
    metrics::ConnectorMetrics* metrics = nullptr;
    Clock::time_point since;
};

// A delivery on its way to Redis. It belongs to the pipeline, not to the request: a request may die at any
// time, and its reply must still be recognised.
struct PendingEntry {
    EntryCommand command;
    Waiter waiter;               // without metrics: it was told that its time is up
    std::string_view stream;     // of the configuration
    bool batched = false;        // its command will not change any more
    std::size_t batch_size = 0;  // of the batch that it begins
};

// The deliveries of one connection, in the order of their commands and so of their replies. What a turn of
// the event loop brings for a stream is a batch: one command, or several in a transaction. No I/O; no
// allocation once it has been as long before.
class EntryPipeline {
public:
    // Redis reads so much of a connection in one turn of its own event loop, and with `appendfsync always`
    // each turn that wrote something ends with a wait for the disk. More than that becomes a transaction,
    // which is one write. PROTO_IOBUF_LEN: https://github.com/redis/redis/blob/7.0/src/server.h
    static constexpr std::size_t one_read = 16 * 1024;
    static constexpr std::size_t max_batch = 128;

    EntryPipeline() { outcomes_.reserve(max_batch); }
    EntryPipeline(const EntryPipeline&) = delete;
    EntryPipeline& operator=(const EntryPipeline&) = delete;

    bool empty() const { return waiting_.empty(); }
    std::size_t size() const { return waiting_.size(); }
    void clear();

    // The body stays where it is until the waiter is told or leaves. What `head` names lives as long as the
    // configuration.
    PendingEntry& push(const shared::XaddHead& head, std::span<const std::string_view> body,
                       const Waiter& waiter);

    // Its request dies: the entry is stored all the same. False when there is no memory for that: the
    // connection must be given up, and the delivery then forgotten.
    [[nodiscard]] bool leave(PendingEntry& pending) noexcept;
    void forget(const PendingEntry& pending) noexcept;

    // Deliveries are in no batch yet.
    bool holds_back() const { return new_ != waiting_.end(); }

    // When the next batch begins: at once, or when all that was sent is answered, which makes few large ones.
    enum class Pace { at_once, one_by_one };

    // Appends at most `room` pieces of what is to be sent next.
    void append_unsent(std::vector<std::string_view>& pieces, std::size_t room, Pace pace = Pace::at_once);
    void advance(std::size_t sent);

    // A reply to a delivery, which is off the pipeline now; or, when it does not settle any, an error that
    // explains replies to come.
    struct Outcome {
        const redisReply* reply;
        bool settles;
        Waiter waiter;
    };
    struct Reading {
        std::span<const Outcome> outcomes;  // good until the next call
        std::string_view problem;           // why the connection cannot be used any more; empty when it can
    };
    Reading on_reply(const redisReply& reply);

    // Since when the oldest of those waits whose time is not up; nothing when there is none.
    std::optional<Clock::time_point> oldest() const;

    // The time is up of those that wait since `limit` or longer: they are to be told, now.
    std::vector<Waiter> make_late(Clock::time_point limit);

    // The connection is lost: no more replies, and what was not sent may be sent on another one.
    void begin_anew();

    // Takes the first delivery off that was sent, or a part of which was, before begin_anew(): it cannot be
    // sent again, as it may be in the stream. With `all`, any. Nothing when there is none.
    std::optional<Waiter> give_up(bool all);

private:
    using Entries = std::list<PendingEntry>;

    void make_batches();
    void make_batch(Entries::iterator end, std::size_t size, std::size_t bytes);
    Waiter remove(Entries::iterator entry);

    bool begin_replies();
    Reading on_transaction_reply(const redisReply& reply);
    Reading remark(const redisReply& reply);
    Reading settle_front(const redisReply& reply);
    Reading settle_batch(const redisReply& reply);
    bool take_front(const redisReply& reply);

    Entries waiting_;
    Entries spare_;  // for push() to use again
    Entries::iterator unsent_ = waiting_.end();
    Entries::iterator new_ = waiting_.end();  // not batched, from here on

    // The batch whose replies come now.
    std::size_t batch_size_ = 0;
    std::size_t replies_due_ = 0;
    bool refused_ = false;  // its MULTI, so that its commands were carried out one by one

    bool transactions_ = true;  // the user has the right to them
    std::vector<Outcome> outcomes_;
};

}  // namespace edge::store
