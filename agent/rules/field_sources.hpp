// The names that field_mapping may have on its left side, besides `email` and `questions_and_answers`.
#pragma once

#include <array>
#include <string_view>

namespace rules {

inline constexpr std::array<std::string_view, 29> field_sources = {
    "name",
    "first_name",
    "last_name",
    "event_type_name",
    "event_name",
    "scheduled_at",
    "end_time",
    "status",
    "timezone",
    "location",
    "join_url",
    "cancel_url",
    "reschedule_url",
    "host_name",
    "host_email",
    "utm_campaign",
    "utm_source",
    "utm_medium",
    "utm_content",
    "utm_term",
    "cancel_reason",
    "canceler_type",
    "text_reminder_number",
    "booking_count",
    "cancellation_count",
    "no_show_count",
    "event_uri",
    "invitee_uri",
    "event_type_uri",
};

}  // namespace rules
