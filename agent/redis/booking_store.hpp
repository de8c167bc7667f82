// What is remembered of bookings that visitors made, or are just making.
//   calendly:{<connector>}:scheduling:secret          what tokens are signed with; made once
//   calendly:{<connector>}:scheduling:key:<hash>      hash: one booking by its idempotency key; 24 h
//        body: hash of the request; state: begun, sent, done; answer; form: nonce of the form's token
//   calendly:{<connector>}:scheduling:lock:<hash>     who is at it; expires
//   calendly:{<connector>}:scheduling:form:<nonce>    a form's token is spent: by which key; 24 h
//   calendly:{<connector>}:scheduling:address:<hash>  bookings of an address block in the present window
//   calendly:{<connector>}:scheduling:email:<hash>    hash: open bookings of a person -> start, Unix ms
//   calendly:{<connector>}:scheduling:pages           hash: Calendly's page of each event type, by its id
//   calendly:{budget-<hash of the credential>}:bookings:<day>   of the whole account, in a day (UTC)
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace redis {

// One attempt to book. Hashes instead of what people sent.
struct BookingClaim {
    std::string key;                   // hash of the idempotency key
    std::string body;                  // hash of the request
    std::string owner;                 // unique for this attempt
    std::string form_nonce;            // "": no form, a server books
    bool is_form_expired = false;      // then only a booking that was begun with it may go on
    std::string address;               // hash of the address block; "": not limited
    std::int64_t most_of_address = 0;  // 0: any number
    std::chrono::milliseconds window{};
    std::string email;  // hash
    std::int64_t most_of_email = 0;
    std::int64_t now_ms = 0;
};

enum class ClaimState {
    fresh,        // it is ours, and begins
    begun,        // ours; another attempt began it and ended, nothing was sent to Calendly
    sent,         // likewise, and Calendly may have it
    done,         // the answer is there
    other_body,   // the key stands for another request
    in_progress,  // another attempt is at it
    spent_form,   // the form's token made another booking, or is too old for a new one
    address,      // too many bookings of this address
    email,        // too many open ones of this person
};

struct ClaimResult {
    ClaimState state = ClaimState::fresh;
    std::string answer;                // of done
    std::chrono::milliseconds wait{};  // of address: until the window ends
};

// All throw Error.
class BookingStore {
public:
    virtual ~BookingStore() = default;

    virtual boost::asio::awaitable<std::string> secret() = 0;

    // What is known of a key and its form: fresh, begun, sent, done, other_body or spent_form. Takes nothing.
    virtual boost::asio::awaitable<ClaimResult> recall(BookingClaim claim) = 0;

    // The lock lasts for `lock_lasts` from now on.
    virtual boost::asio::awaitable<ClaimResult> claim(BookingClaim claim) = 0;
    // Prolongs it; false: another attempt has it now.
    virtual boost::asio::awaitable<bool> hold(std::string key, std::string owner) = 0;
    // From now on Calendly may have it. False: another attempt has the lock now.
    virtual boost::asio::awaitable<bool> note_sent(std::string key, std::string owner) = 0;
    // It is made: `id` is open until `start_ms`.
    virtual boost::asio::awaitable<void> finish(BookingClaim claim, std::string answer, std::string id,
                                                std::int64_t start_ms) = 0;
    // Calendly refused it: as if it had never been asked for.
    virtual boost::asio::awaitable<void> give_up(BookingClaim claim) = 0;
    // Whoever wants to may go on with it.
    virtual boost::asio::awaitable<void> unlock(std::string key, std::string owner) = 0;

    // The ids of a person's open bookings, among them what is being made.
    virtual boost::asio::awaitable<std::vector<std::string>> open_of(std::string email) = 0;
    virtual boost::asio::awaitable<void> close(std::string email, std::string id) = 0;  // it is canceled

    // One more booking of the account on this day ("20261128"); false: there have been `most` already.
    virtual boost::asio::awaitable<bool> count_day(std::string day, std::int64_t most) = 0;
    virtual boost::asio::awaitable<void> uncount_day(std::string day) = 0;

    // Calendly's page of an event type: the way out while Calendly tells nothing. "": none was noted.
    virtual boost::asio::awaitable<void> note_page(std::string type, std::string url) = 0;
    virtual boost::asio::awaitable<std::string> page_of(std::string type) = 0;
};

inline constexpr std::chrono::seconds booking_lock_lasts{20};
inline constexpr std::chrono::hours booking_kept{24};

}  // namespace redis
