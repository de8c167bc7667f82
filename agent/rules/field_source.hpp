// The sources of field_mapping: what each name says of a person's bookings.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/attribute_value.hpp"
#include "rules/ledger.hpp"

namespace rules {

// The names that field_mapping may have on its left side, besides `email` and `questions_and_answers`.
std::vector<std::string_view> field_source_names();
bool is_field_source(std::string_view name);

// Whether the source is a number of bookings, not a text or a time.
bool is_count(std::string_view source);

// Whether the source is a moment.
bool is_time(std::string_view source);

// What a person told when booking, or in a routing form.
struct Told {
    const calendly::Invitee* invitee;
    bool is_canceled;  // not moved: a reschedule cancels nothing
};

// All that one attribute is mapped to.
struct Wanted {
    std::vector<std::string_view> questions;  // keys: see questions.hpp
    std::vector<std::string_view> fields;     // of field_source_names()
};

class FieldSources {
public:
    // The ledger must outlive it.
    explicit FieldSources(const Ledger& ledger);
    FieldSources(const FieldSources&) = delete;
    FieldSources& operator=(const FieldSources&) = delete;

    // The booking that the contact's status, date, type, links, host and location are taken from. Null when
    // the person has none, or only rescheduled ones.
    const Booking* described() const;

    // Whether the value could be used.
    using Take = std::function<bool(const FieldValue& value)>;

    // Offers what the sources say, of every booking and routing form, until it is taken: the newest first,
    // whatever its source; of one booking, answers to questions first. What describes a booking comes from
    // the described one first; numbers of bookings and the status are always of today. Gives the keys that
    // might have meant several questions on the way.
    std::set<std::string> offer(const Wanted& wanted, const Take& take) const;

private:
    class Offers;
    Offers offers_of(std::string_view field) const;
    Offers offers_of_answers(std::string_view key, std::set<std::string>& ambiguous) const;

    const Ledger& ledger_;
    std::vector<const Booking*> describing_;
    std::vector<calendly::Invitee> forms_;  // as if it had been said when booking
    std::vector<Told> told_;                // newest first
};

}  // namespace rules
