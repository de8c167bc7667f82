#include "config/read_mapping.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/values.hpp"
#include "rules/field_source.hpp"
#include "rules/questions.hpp"

namespace config {
namespace {

std::string nearest_source(std::string_view name) {
    const auto sources = rules::field_source_names();
    if (const auto near = nearest(name, sources)) return fmt::format("did you mean '{}'?", *near);
    return fmt::format("valid are: email, questions_and_answers, {}", fmt::join(sources, ", "));
}

rules::FieldMapping::Pairs read_questions(const Section& section) {
    rules::FieldMapping::Pairs pairs;
    for (const auto& question : section.keys()) {
        const auto mistake = rules::mistake_in_question_key(question);
        // The library goes on with the expression itself.
        if (!mistake.empty()) section.fail(question, mistake.substr(0, mistake.find("  The error occurred")));
        pairs.emplace_back(question, section.parsed(question, "", parse_attribute_name));
    }
    return pairs;
}

// E-mail is how Brevo knows the contact, never an attribute.
void check_email_mapping(const Section& section) {
    const auto target = section.text("email", "email");
    if (target != "email" && target != "EMAIL")
        section.fail("email", "the invitee's e-mail always becomes the contact's: write 'email: email'");
}

rules::FieldMapping read_field_mapping(const Section& section) {
    rules::FieldMapping mapping;
    for (const auto& key : section.keys()) {
        if (key == "email") {
            check_email_mapping(section);
        } else if (key == "questions_and_answers") {
            mapping.questions_and_answers = read_questions(section.section(key));
        } else if (!rules::is_field_source(key)) {
            section.fail(key, "unknown source; " + nearest_source(key));
        } else {
            mapping.fields.emplace_back(key, section.parsed(key, "", parse_attribute_name));
        }
    }
    return mapping;
}

std::vector<rules::EventMapping> read_event_mapping(const Section& section) {
    std::vector<rules::EventMapping> mappings;
    for (const auto& name : section.keys()) {
        const auto mapping = section.section(name);
        mapping.allow({"event_type_uri", "list_id"});
        auto uri = mapping.required_text("event_type_uri");
        if (uri.find("/event_types/") == uri.npos)
            mapping.fail("event_type_uri",
                         "expected the URI of Calendly's API, .../event_types/..., not a booking page");
        mappings.push_back({name, std::move(uri), mapping.positive("list_id")});
    }
    return mappings;
}

rules::Sync read_sync(const Section& section) {
    section.allow({"contacts", "events", "cancellations", "no_shows"});
    return {section.boolean("contacts", true), section.boolean("events", true),
            section.boolean("cancellations", true), section.boolean("no_shows", true)};
}

rules::CancellationLists read_cancellation(const Section& section) {
    section.allow({"list_id", "leave_lists"});
    return {section.positive("list_id"), section.boolean("leave_lists", false)};
}

rules::NoShowLists read_no_show(const Section& section) {
    section.allow({"list_id"});
    return {section.positive("list_id")};
}

const rules::NumberingPlan* read_default_country(const Section& section) {
    if (!section.has("default_country")) return nullptr;
    return section.parsed("default_country", "",
                          [](std::string_view country) { return &rules::numbering_plan_of(country); });
}

}  // namespace

MappingDefaults read_mapping_defaults(const Section& root) {
    return {root.section("field_mapping"), read_default_country(root)};
}

rules::Mapping read_mapping(const Section& connector, const MappingDefaults& defaults) {
    rules::Mapping mapping;
    mapping.sync = read_sync(connector.section("sync"));
    mapping.event_mapping = read_event_mapping(connector.section("event_mapping"));
    mapping.field_mapping = read_field_mapping(
        connector.has("field_mapping") ? connector.section("field_mapping") : defaults.field_mapping);
    mapping.default_country =
        connector.has("default_country") ? read_default_country(connector) : defaults.default_country;
    mapping.cancellation = read_cancellation(connector.section("cancellation"));
    mapping.no_show = read_no_show(connector.section("no_show"));
    mapping.follow_links = connector.parsed("follow_links", "always", parse_follow_links);
    return mapping;
}

}  // namespace config
