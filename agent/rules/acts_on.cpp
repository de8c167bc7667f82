#include "rules/acts_on.hpp"

namespace rules {
namespace {

// The state that the change led into or out of.
BookingState state_concerned(const Sighting& sighting) {
    switch (sighting.change) {
        case Change::canceled:
            return sighting.is_moved ? BookingState::rescheduled : BookingState::canceled;
        case Change::no_show:
        case Change::no_show_undone:
            return BookingState::no_show;
        case Change::booked:
        case Change::rescheduled:
        case Change::form_submitted:
            break;
    }
    return BookingState::booked;
}

}  // namespace

bool acts_on(const Sync& sync, BookingState state) {
    if (state == BookingState::canceled) return sync.cancellations;
    if (state == BookingState::no_show) return sync.no_shows;
    return true;
}

bool acts_on(const Sync& sync, const Sighting& sighting) {
    return acts_on(sync, state_concerned(sighting));
}

bool acts_on_everything(const Sync& sync) {
    return sync.cancellations && sync.no_shows;
}

}  // namespace rules
