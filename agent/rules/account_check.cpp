#include "rules/account_check.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/ranges.h>

#include "rules/acts_on.hpp"
#include "rules/attribute_value.hpp"
#include "rules/described_booking.hpp"
#include "rules/field_source.hpp"
#include "text/names.hpp"

namespace rules {
namespace {

// Those that contacts may come to have.
std::set<std::string> statuses_of(const Sync& sync) {
    std::set<std::string> statuses;
    for (const auto state : {BookingState::booked, BookingState::canceled, BookingState::no_show}) {
        Booking booking;
        booking.state = state;
        if (acts_on(sync, state)) statuses.insert(std::string(status_of(&booking)));
    }
    return statuses;
}

// As Brevo's settings call them.
constexpr std::array shown_types = {
    text::Named{brevo::AttributeType::text, "text"},
    text::Named{brevo::AttributeType::date, "date"},
    text::Named{brevo::AttributeType::number, "number"},
    text::Named{brevo::AttributeType::boolean, "boolean"},
    text::Named{brevo::AttributeType::category, "category"},
    text::Named{brevo::AttributeType::multiple_choice, "multiple choice"},
};

bool takes_options(const brevo::Attribute& attribute) {
    return attribute.type == brevo::AttributeType::category ||
           attribute.type == brevo::AttributeType::multiple_choice;
}

// A value like all that the source has, as far as their kind goes. What may be anything has none.
struct Sample {
    std::string_view source;
    std::string_view text;
    bool may_be_option;  // a few values, which an account may have options for
};
constexpr std::array samples = {
    Sample{"name", "Ada Lovelace", false},
    Sample{"first_name", "Ada", false},
    Sample{"last_name", "Lovelace", false},
    Sample{"event_type_name", "Discovery call", true},
    Sample{"status", "booked", true},
    Sample{"timezone", "Europe/Berlin", true},
    Sample{"join_url", "https://example.com/join", false},
    Sample{"cancel_url", "https://calendly.com/cancellations/x", false},
    Sample{"reschedule_url", "https://calendly.com/reschedulings/x", false},
    Sample{"host_name", "Harriet Host", true},
    Sample{"host_email", "host@example.com", true},
    Sample{"canceler_type", "invitee", true},
    Sample{"text_reminder_number", "+49 30 901820", false},
    Sample{"event_uri", "https://api.calendly.com/scheduled_events/x", false},
    Sample{"invitee_uri", "https://api.calendly.com/scheduled_events/x/invitees/x", false},
    Sample{"event_type_uri", "https://api.calendly.com/event_types/x", true},
};

bool can_hold(const brevo::Attribute& attribute, std::string_view source) {
    if (takes_options(attribute) && attribute.options.empty()) return false;
    if (is_time(source)) return convert(LocalTime{Timestamp{}, "UTC"}, attribute).value.has_value();
    if (is_count(source))
        return takes_options(attribute) || convert(std::int64_t{2}, attribute).value.has_value();
    const auto* const sample = std::ranges::find(samples, source, &Sample::source);
    if (sample == samples.end() || (sample->may_be_option && takes_options(attribute))) return true;
    return convert(std::string(sample->text), attribute).value.has_value();
}

}  // namespace

AccountAttributes index_by_name(std::vector<brevo::Attribute> attributes) {
    AccountAttributes index;
    index["SMS"] = {"SMS", brevo::AttributeType::text, {}};  // part of every account, listed or not
    for (auto& attribute : attributes) {
        auto name = attribute.name;
        index.insert_or_assign(std::move(name), std::move(attribute));
    }
    return index;
}

std::set<std::string> mapped_attributes(const FieldMapping& mapping) {
    std::set<std::string> names;
    for (const auto* pairs : {&mapping.fields, &mapping.questions_and_answers})
        for (const auto& [source, name] : *pairs) names.insert(name);
    return names;
}

brevo::AttributeType type_to_create(const FieldMapping& mapping, std::string_view name) {
    const bool is_number = std::ranges::any_of(
        mapping.fields, [&](const auto& field) { return field.second == name && is_count(field.first); });
    return is_number ? brevo::AttributeType::number : brevo::AttributeType::text;
}

std::vector<std::string> missing_attributes(const FieldMapping& mapping,
                                            const AccountAttributes& attributes) {
    std::vector<std::string> missing;
    for (const auto& name : mapped_attributes(mapping))
        if (!attributes.contains(name)) missing.push_back(name);
    return missing;
}

std::vector<std::string> unwritable_attributes(const FieldMapping& mapping,
                                               const AccountAttributes& attributes) {
    std::vector<std::string> unwritable;
    for (const auto& name : mapped_attributes(mapping)) {
        const auto attribute = attributes.find(name);
        if (attribute != attributes.end() && attribute->second.type == brevo::AttributeType::other)
            unwritable.push_back(name);
    }
    return unwritable;
}

std::vector<std::string> unfit_attributes(const FieldMapping& mapping, const AccountAttributes& attributes) {
    std::map<std::string, std::vector<std::string>> sources;
    for (const auto& [source, name] : mapping.fields) sources[name].push_back(source);
    for (const auto& [question, name] : mapping.questions_and_answers) sources.erase(name);
    std::vector<std::string> unfit;
    for (const auto& [name, mapped] : sources) {
        const auto attribute = attributes.find(name);
        if (attribute == attributes.end() || attribute->second.type == brevo::AttributeType::other) continue;
        const bool is_fit = std::ranges::any_of(
            mapped, [&](const auto& source) { return can_hold(attribute->second, source); });
        if (!is_fit)
            unfit.push_back(fmt::format("{} ({}): {}", name,
                                        text::name_of(attribute->second.type, shown_types),
                                        fmt::join(mapped, ", ")));
    }
    return unfit;
}

std::string attribute_problem(const FieldMapping& mapping, const AccountAttributes& attributes) {
    std::vector<std::string> problems;
    if (const auto missing = missing_attributes(mapping, attributes); !missing.empty())
        problems.push_back(
            fmt::format("attributes that the Brevo account lacks: {}", fmt::join(missing, ", ")));
    if (const auto unwritable = unwritable_attributes(mapping, attributes); !unwritable.empty())
        problems.push_back(
            fmt::format("attributes of a type that cannot be written: {}", fmt::join(unwritable, ", ")));
    if (problems.empty()) return {};
    return fmt::format(
        "{}; their values are not synced: create them in Brevo, or set brevo.create_attributes: true",
        fmt::join(problems, "; "));
}

std::string status_problem(const Mapping& mapping, const AccountAttributes& attributes) {
    std::set<std::string> lacking;
    for (const auto& [source, name] : mapping.field_mapping.fields) {
        const auto attribute = attributes.find(name);
        if (source != "status" || attribute == attributes.end()) continue;
        for (const auto& status : statuses_of(mapping.sync))
            if (takes_options(attribute->second) && !convert(status, attribute->second).value)
                lacking.insert(fmt::format("{}: {}", name, status));
    }
    if (lacking.empty()) return {};
    return fmt::format(
        "options that categories of the Brevo account lack: {}; these values are not synced: add the options "
        "in Brevo, or map status to a text attribute",
        fmt::join(lacking, ", "));
}

std::string left_out_problem(const LeftOut& left_out) {
    std::vector<std::string> problems;
    if (!left_out.lacking.empty())
        problems.push_back(fmt::format(
            "categories of the Brevo account without an option for some values: {}; contacts are written "
            "without them: add the options in Brevo",
            fmt::join(left_out.lacking, ", ")));
    if (!left_out.refused.empty())
        problems.push_back(fmt::format(
            "attributes whose values Brevo refuses: {}; contacts are written without them: see the "
            "attributes' types in Brevo",
            fmt::join(left_out.refused, ", ")));
    return fmt::format("{}", fmt::join(problems, "; "));
}

AccountAttributes assume_text(const FieldMapping& mapping) {
    AccountAttributes attributes;
    for (const auto& name : mapped_attributes(mapping))
        attributes[name] = {name, brevo::AttributeType::text, {}};
    return attributes;
}

std::map<brevo::ListId, std::vector<std::string>> configured_lists(const Mapping& mapping) {
    std::map<brevo::ListId, std::vector<std::string>> lists;
    const auto add = [&](const std::optional<brevo::ListId>& list, std::string place) {
        if (list) lists[*list].push_back(std::move(place));
    };
    for (const auto& type : mapping.event_mapping)
        add(type.list_id, fmt::format("event_mapping.{}.list_id", type.name));
    add(mapping.cancellation.list_id, "cancellation.list_id");
    add(mapping.no_show.list_id, "no_show.list_id");
    return lists;
}

std::string list_problem(const Mapping& mapping, const Lists& missing) {
    std::vector<std::string> problems;
    for (const auto& [list, places] : configured_lists(mapping))
        if (missing.contains(list))
            for (const auto& place : places) problems.push_back(fmt::format("{}: {}", place, list));
    if (problems.empty()) return {};
    return fmt::format(
        "lists that the Brevo account lacks: {}; contacts are written without them: configure lists that "
        "exist",
        fmt::join(problems, ", "));
}

Lists lists_of(const brevo::Contact& contact) {
    Lists lists(contact.join_lists.begin(), contact.join_lists.end());
    lists.insert(contact.leave_lists.begin(), contact.leave_lists.end());
    return lists;
}

bool leave_out(brevo::Contact& contact, const Lists& lists) {
    const auto is_left_out = [&](brevo::ListId list) { return lists.contains(list); };
    return std::erase_if(contact.join_lists, is_left_out) + std::erase_if(contact.leave_lists, is_left_out) >
           0;
}

}  // namespace rules
