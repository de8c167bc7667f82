// What a person's new entries lead to: the ledger after them, and what Brevo must be told.
#pragma once

#include <string>
#include <vector>

#include "rules/fold.hpp"
#include "rules/ledger.hpp"
#include "rules/timeline_entry.hpp"

namespace rules {

struct Outcome {
    std::string stored;           // the ledger in Redis, as it was loaded
    std::size_t done_before = 0;  // change ids in it
    Ledger ledger;
    Progress progress;
    bool is_unfinished = false;           // Brevo may have what no commit has recorded: it is written anew
    bool is_acted_on = false;             // Brevo must hear of it
    bool is_new_booking = false;          // may create the contact again
    std::vector<Transition> transitions;  // to be sent as events
    std::size_t missed = 0;               // changes that no webhook had told of
    Timeline timeline;                    // what becomes of what was told

    // The ledger's JSON; "" when it is as it was.
    std::string changed_ledger() const {
        auto json = serialize(ledger);
        return says_the_same(stored, json) ? std::string() : json;
    }

    bool is_news() const {
        return is_unfinished || ledger.done.size() != done_before || !changed_ledger().empty();
    }
};

}  // namespace rules
