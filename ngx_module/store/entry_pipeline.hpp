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
#include "shared/redis_cluster.hpp"

namespace edge::store {

// A request that waits for Redis. It is told exactly once, or never when it left before.
class Observer {
public:
    virtual void on_stored(std::string_view stream_id) noexcept = 0;
    virtual void on_not_stored(Result why) noexcept = 0;

protected:
    ~Observer() = default;
};

// Who is to be told what became of an entry, and where it is counted.
struct Waiter {
    Observer* observer = nullptr;  // null: the request is gone
    metrics::ConnectorMetrics* metrics = nullptr;
    Clock::time_point since;
};

// An entry on its way to Redis. It belongs to the pipeline and not to the request, because a request may die
// at any time, and the reply that comes later must still find the entry it belongs to.
struct PendingEntry {
    EntryCommand command;
    Waiter waiter;  // without metrics: its time is up, it was told and counted, only its reply is still due
    std::string_view stream;     // of the configuration
    bool batched = false;        // it is fixed whether its command carries MULTI or EXEC
    std::size_t batch_size = 0;  // when it is the first of one
    bool asks = false;           // ASKING goes before it
    unsigned redirections = 0;   // how often a node of a cluster has named another one for it
};

// The entries of one connection, in the order in which their commands are sent and so of Redis's replies.
// What a turn of the event loop brings for one stream is a batch: one command, or several in a transaction.
// No I/O, and no allocation once it has been as long before.
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
    [[nodiscard]] static bool leave(PendingEntry& pending) noexcept;
    void forget(const PendingEntry& pending) noexcept;
    bool has(const PendingEntry& pending) const noexcept;

    // Some entries are in no batch yet.
    bool holds_back() const { return new_ != waiting_.end(); }

    // When the next batch leaves: at once, or only when all that was sent is answered. The second makes few,
    // large batches, which is better for a Redis that waits for its disk after each.
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
        // Entries that Redis did not carry out, because another node of its cluster has their stream: there
        // they are to be adopted, at once.
        std::optional<shared::RedisRedirection> redirection{};
    };
    Reading on_reply(const redisReply& reply);

    // Entries that redirect() more often are settled by the error.
    static constexpr unsigned most_redirections = 8;

    // Takes what `other` was told to send elsewhere. The stream of these entries.
    std::string_view redirected_stream() const;
    void adopt(EntryPipeline& other, bool asks);

    // Since when the oldest entry waits, apart from those whose time is up; nothing when there is none.
    std::optional<Clock::time_point> oldest() const;

    // The time is up for those that wait since `limit` or longer: the caller tells them now. Those that are
    // on the way to Redis stay in the pipeline, so that their replies are recognised.
    std::vector<Waiter> make_late(Clock::time_point limit);

    // The connection is lost: no reply will come on it. Entries of which nothing was sent can go over the
    // next one.
    void begin_anew();

    // After begin_anew(): takes off the first entry when anything of it was sent (it cannot be sent again,
    // because it may be in the stream), or when nobody waits for it any more. With `all`, any entry. Nothing
    // when there is none.
    std::optional<Waiter> give_up(bool all);

private:
    using Entries = std::list<PendingEntry>;

    void make_batches();
    Entries::iterator end_of_batch(std::size_t& size, std::size_t& bytes) const;
    void make_batch(Entries::iterator end, std::size_t size, std::size_t bytes);
    Waiter remove(Entries::iterator entry);

    bool begin_replies();
    Reading on_transaction_reply(const redisReply& reply);
    Reading remark(const redisReply& reply);
    Reading settle_front(const redisReply& reply);
    Reading settle_batch(const redisReply& reply);
    bool take_front(const redisReply& reply);
    bool redirect_front();

    // In the order of Redis's replies, and so of their arrival while they are in_order_: what was adopted may
    // be older than what was there.
    Entries waiting_;
    bool in_order_ = true;
    Entries redirected_;
    Entries spare_;  // for push() to use again
    Entries::iterator unsent_ = waiting_.end();
    Entries::iterator new_ = waiting_.end();  // not batched, from here on

    // The batch whose replies come now.
    std::size_t batch_size_ = 0;
    std::size_t replies_due_ = 0;
    bool refused_ = false;  // Redis refused its MULTI, and so carried out its commands one by one
    std::optional<shared::RedisRedirection> redirection_;  // of one of its commands, and so of all

    bool transactions_ = true;  // the user has the right to them
    std::vector<Outcome> outcomes_;
};

}  // namespace edge::store
