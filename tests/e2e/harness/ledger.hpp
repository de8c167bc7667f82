#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "e2e/harness/redis_client.hpp"

namespace harness {

// What became of deliveries, by their ids (SignedDeliveries): what was promised and what is kept. Ids are
// dense, from 0. May be used by several threads.
class Ledger {
public:
    void record_answer(std::uint64_t id, unsigned status);  // 0: none
    void record_stored(std::uint64_t id);

    std::uint64_t answers(unsigned status) const;
    std::uint64_t answers() const;  // of any status, none included
    std::uint64_t answers_but(unsigned status) const { return answers() - answers(status); }

    std::uint64_t stored() const;  // different ids

    // Ids that were answered 200 and are not stored: there must be none, ever.
    std::vector<std::uint64_t> lost() const;

    std::vector<std::uint64_t> stored_without_200() const;
    std::vector<std::uint64_t> stored_repeatedly() const;

private:
    struct Fate {
        bool accepted = false;
        std::uint8_t stored = 0;  // times, 255 at most
    };
    template <typename Condition>
    std::vector<std::uint64_t> ids_where(Condition condition) const;
    Fate& fate(std::uint64_t id);

    mutable std::mutex mutex_;
    std::vector<Fate> fates_;
    std::map<unsigned, std::uint64_t> answers_;
};

// Notes what is in the stream, page by page, and deletes it, as the agent would. Throws std::runtime_error
// when an entry is none of SignedDeliveries.
void take_stored(RedisClient& redis, Ledger& ledger, std::string_view connector = "calendly");

}  // namespace harness
