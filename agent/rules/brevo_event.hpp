// The Brevo event of a transition.
#pragma once

#include "brevo/types.hpp"
#include "rules/fold.hpp"
#include "rules/ledger.hpp"

namespace rules {

// calendly_booked, calendly_rescheduled, calendly_canceled, calendly_no_show, calendly_no_show_undone,
// calendly_form_submitted
std::string_view event_name(Change change);

brevo::Event make_event(const std::string& person, const Ledger& ledger, const Transition& transition);

}  // namespace rules
