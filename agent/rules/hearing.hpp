// Who hears of a change besides the ledger: automations, by an event, and lists. No I/O, no clock.
#pragma once

#include "calendly/types.hpp"

namespace rules {

using calendly::Timestamp;

// How changes are told that no webhook may have told of.
struct Telling {
    bool is_backfill = false;   // from before the installation
    bool is_reconcile = false;  // what a lost webhook would have told
    bool with_events = false;   // of a back-fill: automations are to hear of it all the same
    bool with_lists = false;    // likewise lists
    Timestamp appended_at;
};

struct Hearing {
    bool events = true;
    bool lists = true;
    bool is_missed = false;  // by a webhook, if the change is news
};

// A back-fill is quiet, unless it is told otherwise, and but for changes so young that a webhook may still be
// on its way to tell of them.
Hearing hearing_of(const Telling& telling, Timestamp change);

}  // namespace rules
