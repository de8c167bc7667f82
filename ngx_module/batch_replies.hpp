#pragma once

#include <cstddef>

#include <hiredis/hiredis.h>

namespace edge {

// What the replies to a batch of deliveries mean: to one XADD by itself, or to MULTI, XADDs and EXEC. No I/O.
class BatchReplies {
public:
    enum class Meaning {
        of_none,       // settles no delivery: OK, QUEUED, or an error that shows again in the reply to EXEC
        of_the_first,  // of the first delivery that waits
        of_each,       // of all of the batch: an array of replies, or one error
    };

    void begin(std::size_t size);  // of the batch whose replies come next
    bool under_way() const { return due_ > 0; }
    std::size_t size() const { return size_; }
    Meaning on_reply(const redisReply& reply);  // of a batch that is under way

    // The connection is lost.
    void forget() { due_ = 0; }

    // A user without the right to MULTI gets his XADDs carried out one by one, and no more transactions.
    bool transactions_allowed() const { return !refused_; }
    void allow_transactions() { refused_ = false; }

private:
    std::size_t size_ = 0;
    std::size_t due_ = 0;  // replies
    bool refused_ = false;
};

}  // namespace edge
