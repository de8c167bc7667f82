#include "rules/contact.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "rules/acts_on.hpp"
#include "rules/attribute_value.hpp"
#include "rules/described_booking.hpp"
#include "rules/field_source.hpp"
#include "rules/local_time.hpp"

namespace rules {
namespace {

// The first value that converts is the attribute's; what was wrong with those before it is told once.
FieldSources::Take into_attribute(const std::string& name, const AccountAttributes& attributes,
                                  const NumberingPlan* home, Projection& projection) {
    const auto attribute = attributes.find(name);
    if (attribute == attributes.end())
        return [](const FieldValue&) { return true; };  // reported when the attributes were read
    return [&projection, &type = attribute->second, name, home,
            is_told = false](const FieldValue& field) mutable {
        auto [value, problem, lacks_option] = convert(field, type, home);
        if (lacks_option) projection.lacking.insert(name);
        if (!problem.empty() && !std::exchange(is_told, true))
            projection.problems.push_back(std::move(problem));
        if (!value) return false;
        projection.contact.attributes[name] = std::move(*value);
        return true;
    };
}

// By attribute: several sources may be mapped to one.
std::map<std::string, Wanted> sources_of(const FieldMapping& mapping) {
    std::map<std::string, Wanted> attributes;
    for (const auto& [question, name] : mapping.questions_and_answers)
        attributes[name].questions.push_back(question);
    for (const auto& [source, name] : mapping.fields) attributes[name].fields.push_back(source);
    return attributes;
}

void check_zone(const Booking* described, Projection& projection) {
    if (described && !described->invitee.timezone.empty() && !is_known_zone(described->invitee.timezone))
        projection.problems.emplace_back("unknown time zone, UTC used instead");
}

bool counts_for_lists(const Booking& booking, bool leave_lists) {
    return !leave_lists || booking.state == BookingState::booked || booking.state == BookingState::no_show;
}

void add_mapped_lists(const Booking& booking, const Mapping& mapping, Lists& lists) {
    for (const auto& type : mapping.event_mapping)
        if (type.list_id && is_of(type, booking.event.event_type)) lists.insert(*type.list_id);
}

Lists wanted_lists(const Ledger& ledger, const Booking* described, const Mapping& mapping) {
    Lists lists;
    for (const auto& [uri, booking] : ledger.bookings)
        if (counts_for_lists(booking, mapping.cancellation.leave_lists))
            add_mapped_lists(booking, mapping, lists);
    if (!described) return lists;
    if (described->state == BookingState::canceled && mapping.cancellation.list_id)
        lists.insert(*mapping.cancellation.list_id);
    if (described->state == BookingState::no_show && mapping.no_show.list_id)
        lists.insert(*mapping.no_show.list_id);
    return lists;
}

// The ledger as the contact shows it: a booking in a state that is not acted on still counts as booked.
Ledger acted_on(const Ledger& ledger, const Sync& sync) {
    Ledger view = ledger;
    for (auto& [uri, booking] : view.bookings) {
        if (acts_on(sync, booking.state)) continue;
        booking.state = BookingState::booked;
        booking.changed_at = booking.invitee.created_at;
    }
    return view;
}

bool has_quiet_bookings(const Ledger& ledger) {
    return std::ranges::any_of(ledger.bookings, [](const auto& entry) { return entry.second.is_quiet; });
}

// The ledger as lists know it: without what they have not heard of.
Ledger as_heard(const Ledger& ledger) {
    Ledger view = ledger;
    std::erase_if(view.bookings,
                  [](const auto& entry) { return entry.second.is_quiet && !entry.second.heard; });
    for (auto& [uri, booking] : view.bookings) {
        if (!booking.is_quiet) continue;
        booking.state = booking.heard->state;
        booking.changed_at = booking.heard->changed_at;
        booking.unknown_state.clear();
    }
    return view;
}

Lists wanted_lists_as_heard(const Ledger& ledger, const Mapping& mapping) {
    const auto view = acted_on(as_heard(ledger), mapping.sync);
    const auto bookings = in_describing_order(view);
    return wanted_lists(view, bookings.empty() ? nullptr : bookings.front(), mapping);
}

Projection project_all(const std::string& person, const Ledger& ledger, const Mapping& mapping,
                       const Account& account) {
    Projection projection;
    projection.contact.email = person;
    const auto into = [&](const std::string& name) {
        return into_attribute(name, account.attributes, mapping.default_country, projection);
    };
    const FieldSources sources(ledger);
    const auto* described = sources.described();
    for (const auto& [name, wanted] : sources_of(mapping.field_mapping))
        projection.ambiguous_keys.merge(sources.offer(wanted, into(name)));
    check_zone(described, projection);

    const auto wanted = has_quiet_bookings(ledger) ? wanted_lists_as_heard(ledger, mapping)
                                                   : wanted_lists(ledger, described, mapping);
    auto& contact = projection.contact;
    contact.join_lists.assign(wanted.begin(), wanted.end());
    std::set_difference(ledger.lists.begin(), ledger.lists.end(), wanted.begin(), wanted.end(),
                        std::back_inserter(contact.leave_lists));
    leave_out(contact, account.missing_lists);
    return projection;
}

}  // namespace

Projection project(const std::string& person, const Ledger& ledger, const Mapping& mapping,
                   const Account& account) {
    if (acts_on_everything(mapping.sync)) return project_all(person, ledger, mapping, account);
    return project_all(person, acted_on(ledger, mapping.sync), mapping, account);
}

}  // namespace rules
