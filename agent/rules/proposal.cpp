#include "rules/proposal.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/attribute_value.hpp"
#include "rules/field_source.hpp"
#include "rules/questions.hpp"
#include "text/text.hpp"
#include "text/unicode.hpp"

namespace rules {
namespace {

using brevo::AttributeType;

constexpr std::size_t longest_attribute = 40;  // that is made of a question
constexpr auto phone_attribute = "SMS";        // part of every account

// The names that accounts have for a source. Of what is usual the first one is made when none is there; the
// rest is proposed only where there is an attribute.
struct UsualField {
    std::string_view source;
    bool is_usual;
    std::vector<std::string_view> names;
};

const std::vector<UsualField>& usual_fields() {
    static const std::vector<UsualField> fields = {
        {"first_name", true, {"FIRSTNAME", "FIRST_NAME", "PRENOM", "VORNAME", "NOMBRE", "NOME"}},
        {"last_name", true, {"LASTNAME", "LAST_NAME", "SURNAME", "NOM", "NACHNAME", "APELLIDOS", "COGNOME"}},
        {"event_type_name", true, {"CALENDLY_EVENT_TYPE", "EVENT_TYPE", "MEETING_TYPE"}},
        {"scheduled_at", true, {"MEETING_DATE", "NEXT_MEETING", "CALENDLY_DATE"}},
        {"status", true, {"BOOKING_STATUS", "MEETING_STATUS", "CALENDLY_STATUS"}},
        {"end_time", false, {"MEETING_END"}},
        {"timezone", false, {"TIMEZONE", "TIME_ZONE"}},
        {"location", false, {"MEETING_LOCATION"}},
        {"join_url", false, {"MEETING_JOIN_URL", "MEETING_URL"}},
        {"cancel_url", false, {"MEETING_CANCEL_URL", "CANCEL_URL"}},
        {"reschedule_url", false, {"MEETING_RESCHEDULE_URL", "RESCHEDULE_URL"}},
        {"event_name", false, {"MEETING_NAME"}},
        {"host_name", false, {"MEETING_HOST"}},
        {"host_email", false, {"MEETING_HOST_EMAIL"}},
        {"cancel_reason", false, {"CANCEL_REASON"}},
        {"utm_source", false, {"UTM_SOURCE"}},
        {"utm_medium", false, {"UTM_MEDIUM"}},
        {"utm_campaign", false, {"UTM_CAMPAIGN"}},
        {"utm_term", false, {"UTM_TERM"}},
        {"utm_content", false, {"UTM_CONTENT"}},
        {"booking_count", false, {"BOOKINGS"}},
        {"cancellation_count", false, {"CANCELLATIONS"}},
        {"no_show_count", false, {"NO_SHOWS"}}};
    return fields;
}

// Words of a question, and the attributes that usually hold its answer.
struct UsualQuestion {
    std::string_view words;
    std::string_view name;
};
constexpr std::array usual_questions = {
    UsualQuestion{"company", "COMPANY"},      UsualQuestion{"organization", "COMPANY"},
    UsualQuestion{"organisation", "COMPANY"}, UsualQuestion{"entreprise", "COMPANY"},
    UsualQuestion{"firma", "COMPANY"},        UsualQuestion{"role", "JOB_TITLE"},
    UsualQuestion{"job title", "JOB_TITLE"},  UsualQuestion{"position", "JOB_TITLE"},
    UsualQuestion{"website", "WEBSITE"}};

bool asks_for(const std::string& question, std::string_view words) {
    return !find_answers({{question, "asked"}}, words).answers.empty();
}

bool is_time(std::string_view source) {
    return source == "scheduled_at" || source == "end_time";
}

std::string words_of_attribute(std::string name) {
    std::ranges::replace(name, '_', ' ');
    return text::words_of(name);
}

// Of letters that Brevo takes: "Was möchten Sie?" -> "WAS_MOCHTEN_SIE".
std::string attribute_named_as(std::string_view words) {
    std::string name;
    for (const char character : text::fold_without_marks(words)) {
        const bool is_letter = character >= 'a' && character <= 'z';
        const bool is_digit = character >= '0' && character <= '9';
        if (is_letter) name += static_cast<char>(character - 'a' + 'A');
        if (is_digit) name += character;
        if (!is_letter && !is_digit && !name.empty() && !name.ends_with('_')) name += '_';
    }
    if (name.size() > longest_attribute) {
        name.resize(longest_attribute + 1);
        const auto last_word = name.rfind('_');
        name.resize(last_word == name.npos ? longest_attribute : last_word);
    }
    while (name.ends_with('_')) name.pop_back();
    return name;
}

bool takes_every_choice(const ProposedField& field, const brevo::Attribute& attribute) {
    return !field.choices.empty() && std::ranges::all_of(field.choices, [&](const auto& choice) {
        const auto converted = convert(choice, attribute);
        return converted.value && !converted.lacks_option;
    });
}

bool takes_every_status(const brevo::Attribute& attribute) {
    Mapping mapping;
    mapping.field_mapping.fields = {{"status", attribute.name}};
    return status_problem(mapping, {{attribute.name, attribute}}).empty();
}

bool can_hold(const ProposedField& field, const brevo::Attribute& attribute) {
    switch (attribute.type) {
        case AttributeType::text:
            return true;
        case AttributeType::date:
            return !field.is_question && is_time(field.source);
        case AttributeType::number:
            return !field.is_question && is_count(field.source);
        case AttributeType::category:
        case AttributeType::multiple_choice:
            if (field.is_question) return takes_every_choice(field, attribute);
            return field.source == "status" && takes_every_status(attribute);
        case AttributeType::boolean:
        case AttributeType::other:
            break;
    }
    return false;
}

// Whether the field may be mapped to it, there or to be made.
bool is_free(const ProposedField& field, const std::string& name, const AccountAttributes& attributes) {
    return !name.empty() && name != "EMAIL" && mistake_in_attribute(field, name, attributes).empty();
}

std::string first_there(const ProposedField& field, const std::vector<std::string_view>& names,
                        const AccountAttributes& attributes) {
    for (const auto name : names)
        if (attributes.contains(std::string(name)) && is_free(field, std::string(name), attributes))
            return std::string(name);
    return {};
}

// The name itself, or one that says whose it is, where the name is taken by what cannot hold the value.
std::string name_to_make(const ProposedField& field, const std::string& name,
                         const AccountAttributes& attributes) {
    for (const auto& candidate : {name, "CALENDLY_" + name})
        if (is_free(field, candidate, attributes)) return candidate;
    return {};
}

std::string attribute_for(const UsualField& usual, const ProposedField& field,
                          const AccountAttributes& attributes) {
    auto there = first_there(field, usual.names, attributes);
    if (!there.empty() || !usual.is_usual) return there;
    return name_to_make(field, std::string(usual.names.front()), attributes);
}

std::string attribute_for_question(const ProposedField& field, const AccountAttributes& attributes) {
    const auto words = text::words_of(field.source);
    if (field.kind == "phone_number") return phone_attribute;
    for (const auto& [name, attribute] : attributes)
        if (words_of_attribute(name) == words && is_free(field, name, attributes)) return name;
    for (const auto& usual : usual_questions)
        if (asks_for(field.source, usual.words))
            return name_to_make(field, std::string(usual.name), attributes);
    const auto name = attribute_named_as(words);
    return name.empty() ? std::string() : name_to_make(field, name, attributes);
}

}  // namespace

std::vector<calendly::Question> distinct_questions(const std::vector<calendly::ListedEventType>& types) {
    std::vector<calendly::Question> questions;
    std::set<std::string> known;
    for (const auto& type : types)
        for (const auto& question : type.questions) {
            const auto words = text::words_of(question.text);
            if (!words.empty() && known.insert(words).second) questions.push_back(question);
        }
    return questions;
}

std::vector<ProposedField> propose_fields(const std::vector<calendly::Question>& questions,
                                          const AccountAttributes& attributes) {
    std::vector<ProposedField> fields;
    // An attribute with the name of a question is for its answers, also when the same is proposed again.
    const auto is_of_question = [&](const std::string& attribute) {
        return std::ranges::any_of(questions, [&](const auto& question) {
            return attribute_named_as(text::words_of(question.text)) == attribute;
        });
    };
    for (const auto& usual : usual_fields()) {
        ProposedField field{std::string(usual.source), false, ""};
        field.attribute = attribute_for(usual, field, attributes);
        if (field.attribute.empty() || (!usual.is_usual && is_of_question(field.attribute))) continue;
        fields.push_back(std::move(field));
    }
    for (const auto& question : questions) {
        ProposedField field{question.text, true, "", question.type, question.choices};
        field.attribute = attribute_for_question(field, attributes);
        fields.push_back(std::move(field));
    }
    return fields;
}

std::string mistake_in_attribute(const ProposedField& field, const std::string& attribute,
                                 const AccountAttributes& attributes) {
    const auto found = attributes.find(attribute);
    if (found == attributes.end() || can_hold(field, found->second)) return {};
    const bool has_options =
        found->second.type == AttributeType::category || found->second.type == AttributeType::multiple_choice;
    return fmt::format("{} cannot hold it: {}; name another attribute, or - for none", attribute,
                       has_options ? "it lacks options for some values"
                                   : "Brevo would drop the value for the attribute's type");
}

FieldMapping field_mapping_of(const std::vector<ProposedField>& fields) {
    FieldMapping mapping;
    for (const auto& field : fields) {
        if (field.attribute.empty()) continue;
        auto& pairs = field.is_question ? mapping.questions_and_answers : mapping.fields;
        pairs.emplace_back(field.source, field.attribute);
    }
    return mapping;
}

std::string mapping_name(std::string_view event_type, const std::set<std::string>& taken) {
    auto name = text::words_of(event_type);
    std::ranges::replace(name, ' ', '_');
    if (name.empty()) name = "event_type";
    auto free_name = name;
    for (int number = 2; taken.contains(free_name); ++number) free_name = fmt::format("{}_{}", name, number);
    return free_name;
}

std::optional<brevo::ListId> list_named(std::string_view name, const std::vector<brevo::List>& lists) {
    std::optional<brevo::ListId> found;
    for (const auto& list : lists)
        if (text::fold(list.name) == text::fold(name) && (!found || list.id < *found)) found = list.id;
    return found;
}

}  // namespace rules
