// The dead letters of a connector as those see them who look after them: see dead_letter_queue.hpp for how
// they come there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "shared/webhook_entry.hpp"

namespace redis {

// Of a reason so many characters are read, and compared.
inline constexpr std::size_t longest_reason = 500;

struct StoredLetter {
    shared::WebhookEntry entry;  // `id` is the letter's own; `origin_id` is set, whoever wrote the letter
    std::string reason;          // its first longest_reason characters
    unsigned attempts = 0;
    std::int64_t failed_ms = 0;
    std::string response;  // status and body of the answer that refused it; "": none
    unsigned status = 0;   // of that answer; 0: none
};

// All of it must hold; what is not set holds always.
struct LetterFilter {
    std::optional<std::string> reason;  // exactly; of a longer one its first longest_reason characters
    std::optional<unsigned> status;     // 0: of those that no answer refused
    std::string q;  // stands in the body, the response, the reason or the id, in any case of A to Z

    bool is_empty() const { return !reason && !status && q.empty(); }
};

struct LetterPage {
    std::vector<StoredLetter> items;
    std::string cursor;  // where the next page begins; "": there is none
};

struct LetterIds {
    std::vector<std::string> ids;
    std::string cursor;  // likewise
};

struct LetterGroup {
    std::string reason;
    unsigned status = 0;
    std::uint64_t count = 0;
    std::int64_t oldest_ms = 0, newest_ms = 0;  // when they were buried
};

struct Replayed {
    std::size_t count = 0;
    std::vector<std::string> missing;  // of the ids: no letter has them any more
};

struct Discarded {
    std::vector<StoredLetter> items;  // what they were
    std::vector<std::string> missing;
};

// All throw Error; each asks Redis in pieces that do not hold it up.
class DeadLetterDesk {
public:
    virtual ~DeadLetterDesk() = default;

    // At most `count`, newest first, from `cursor` on ("": from the newest). What comes meanwhile moves
    // nothing. A page may have fewer, even none, and a next one all the same: it looks at a bounded number.
    // Throws std::invalid_argument for a cursor that no page gave.
    virtual boost::asio::awaitable<LetterPage> page(LetterFilter filter, std::string cursor,
                                                    std::size_t count) = 0;

    // The ids of those that there are now, oldest first.
    virtual boost::asio::awaitable<std::vector<std::string>> ids(LetterFilter filter) = 0;

    // Of those that the filter takes, by reason and status, the largest first.
    virtual boost::asio::awaitable<std::vector<LetterGroup>> groups(LetterFilter filter) = 0;

    virtual boost::asio::awaitable<std::optional<StoredLetter>> letter(std::string id) = 0;

    // Each moves to the end of the stream of webhooks, in one step: with its first id, and how often it was
    // replayed. In pieces: when Redis fails between two, those before are moved, and the same again moves the
    // rest. Works when Redis has no memory left.
    virtual boost::asio::awaitable<Replayed> replay(std::vector<std::string> ids) = 0;

    // Each is read and removed in one step. Likewise in pieces; what was removed before Redis failed is lost:
    // whoever wants to keep it discards a few at a time.
    virtual boost::asio::awaitable<Discarded> discard(std::vector<std::string> ids) = 0;
};

}  // namespace redis
