// Which events the story has, and which of them no order of deliveries can leave out.
#include <limits>

#include "e2e/convergence/mapping.hpp"
#include "e2e/convergence/model.hpp"

namespace convergence {
namespace {

struct Naming {
    std::string event, webhook;
};

Naming naming_of(Happening what) {
    switch (what) {
        case Happening::booked:
            return {"calendly_booked", "invitee.created"};
        case Happening::moved:
            return {"calendly_rescheduled", "invitee.created"};
        case Happening::canceled:
            return {"calendly_canceled", "invitee.canceled"};
        case Happening::no_show:
            return {"calendly_no_show", "invitee_no_show.created"};
        case Happening::undone:
            return {"calendly_no_show_undone", "invitee_no_show.deleted"};
    }
    return {};
}

// The booking whose new state the event tells of.
std::size_t subject_of(const Change& change) {
    return change.what == Happening::moved ? change.next : change.booking;
}

bool is_about_mark(const Change& change) {
    return change.what == Happening::no_show || change.what == Happening::undone;
}

constexpr auto never = std::numeric_limits<std::size_t>::max();

// The next change of the booking that this change left in a new state.
std::size_t successor_of(const Story& story, std::size_t change) {
    for (std::size_t i = change + 1; i < story.changes.size(); ++i)
        if (story.changes[i].booking == subject_of(story.changes[change])) return i;
    return never;
}

std::size_t mark_of(const Story& story, std::size_t undoing) {
    for (std::size_t i = undoing; i-- > 0;)
        if (story.changes[i].what == Happening::no_show &&
            story.changes[i].no_show == story.changes[undoing].no_show)
            return i;
    return never;
}

}  // namespace

std::vector<Transition> transitions(const Story& story) {
    std::vector<Transition> all;
    for (std::size_t i = 0; i < story.changes.size(); ++i) {
        const auto& change = story.changes[i];
        const auto& booking = story.bookings[subject_of(change)];
        const auto [event, webhook] = naming_of(change.what);
        const auto uri = is_about_mark(change) ? no_show_uri(change.no_show) : invitee_uri(booking);
        all.push_back({i, person_of(booking.details.email), event, webhook + ":" + uri, invitee_uri(booking),
                       event_uri(booking), local_text(booking.start, booking.details.timezone)});
    }
    return all;
}

bool must_be_sent(const Story& story, std::size_t change,
                  const std::function<std::size_t(std::size_t)>& known_at) {
    const auto what = story.changes[change].what;
    const auto next = successor_of(story, change);
    const auto known = known_at(change);
    const bool was_last_when_known = next == never || (known != never && known <= next);
    if (!was_last_when_known) return false;
    if (what != Happening::undone) return true;
    // Only a no-show that was held can be undone.
    const auto mark = mark_of(story, change);
    return known_at(mark) <= change && must_be_sent(story, mark, known_at);
}

}  // namespace convergence
