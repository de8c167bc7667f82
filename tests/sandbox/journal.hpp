// Everything that happened, in order: each API request with its answer, each delivery attempt with its
// answer.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>

#include "sandbox/clock.hpp"
#include "sandbox/faults.hpp"

namespace sandbox {

namespace asio = boost::asio;

struct JournalEntry {
    std::uint64_t number = 0;  // 1, 2, 3, ...
    Instant at{};              // when it began
    Api api = Api::calendly;
    std::string method;
    std::string path;          // with the query; a webhook's target URL
    std::string request_body;  // as sent
    unsigned status = 0;       // 0: the connection was cut, or nobody answered
    std::string answer_body;
    std::chrono::microseconds took{0};
    json::object note;  // fault, dropped attributes, started lists, a delivery's id, attempt, event and error
};

json::object to_json(const JournalEntry& entry);

class Journal {
public:
    // Keeps the newest `capacity` entries.
    Journal(asio::any_io_executor executor, std::size_t capacity)
        : executor_(executor), capacity_(capacity) {}

    void append(JournalEntry entry);
    std::uint64_t last() const { return last_; }

    // Entries newer than `number`, oldest first, at most `limit`; of one API only, when one is given.
    std::vector<const JournalEntry*> after(std::uint64_t number, std::optional<Api> api,
                                           std::size_t limit) const;

    // Returns once something newer than `number` exists, or after `patience`, or when the journal is closed.
    asio::awaitable<void> wait_after(std::uint64_t number, std::optional<Api> api,
                                     std::chrono::milliseconds patience);

    std::size_t waiting() const { return waiting_.size(); }

    // Nobody waits any more.
    void close();

private:
    void wake();

    asio::any_io_executor executor_;
    std::size_t capacity_;
    std::deque<JournalEntry> entries_;
    std::uint64_t last_ = 0;
    std::set<asio::steady_timer*> waiting_;
    bool closed_ = false;
};

}  // namespace sandbox
