#include "cli/setup_mapping.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/table.hpp"
#include "config/values.hpp"
#include "text/text.hpp"

namespace cli {
namespace {

constexpr auto none = "-";
constexpr auto new_one = "new";
constexpr std::size_t most_shown = 50;

std::string title_of(const calendly::ListedEventType& type) {
    return text::one_line(type.name.empty() ? type.uri : type.name);
}

const brevo::List* list_with(const std::string& text, const std::vector<brevo::List>& lists) {
    brevo::ListId id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return nullptr;
    const auto found = std::ranges::find(lists, id, &brevo::List::id);
    return found == lists.end() ? nullptr : &*found;
}

void show_lists(const std::vector<brevo::List>& lists) {
    if (lists.empty()) {
        fmt::print("\nBrevo has no lists yet.\n");
        return;
    }
    Table table({"list", "name in Brevo"});
    for (std::size_t i = 0; i < std::min(lists.size(), most_shown); ++i)
        table.add({fmt::format("{}", lists[i].id), lists[i].name});
    fmt::print("\n{}", table.text());
    if (lists.size() > most_shown) fmt::print("and {} more\n", lists.size() - most_shown);
}

// That of before; where each type is to have one, the one of the same name or a new one.
std::string usual_list(const calendly::ListedEventType& type, const SetupBrevo& brevo,
                       const FormerLists& former, bool makes_lists) {
    const auto before = former.find(type.uri);
    if (before != former.end() && list_with(fmt::format("{}", before->second), brevo.lists))
        return fmt::format("{}", before->second);
    if (!makes_lists) return none;
    const auto id = rules::list_named(type.name, brevo.lists);
    return id ? fmt::format("{}", *id) : new_one;
}

ChosenList chosen_list(const std::string& answer, const std::string& title) {
    ChosenList list;
    if (answer == new_one)
        list.to_make = title;
    else if (answer != none)
        list.id = std::stoll(answer);
    return list;
}

std::string shown_field(const rules::ProposedField& field) {
    return field.is_question ? fmt::format("answer: {}", field.source) : field.source;
}

bool is_there(const std::string& attribute, const SetupBrevo& brevo) {
    return brevo.attributes.contains(attribute);
}

void show_fields(const std::vector<rules::ProposedField>& fields, const SetupBrevo& brevo) {
    Table table({"of a booking", "attribute in Brevo", ""});
    for (const auto& field : fields) {
        const bool is_new = !field.attribute.empty() && !is_there(field.attribute, brevo);
        table.add({shown_field(field), field.attribute.empty() ? none : field.attribute,
                   is_new ? "to be made" : ""});
    }
    fmt::print("\n{}", table.text());
}

std::string mistake_in_target(const rules::ProposedField& field, const std::string& answer,
                              const SetupBrevo& brevo) {
    if (answer == none) return {};
    try {
        config::parse_attribute_name(answer);
    } catch (const std::invalid_argument& error) {
        return fmt::format("{}, or - for none", error.what());
    }
    return rules::mistake_in_attribute(field, answer, brevo.attributes);
}

void ask_for_each(Questions& questions, std::vector<rules::ProposedField>& fields, const SetupBrevo& brevo) {
    for (auto& field : fields) {
        const auto answer = questions.ask(
            {.text = fmt::format("Attribute for {} (- for none)", shown_field(field)),
             .usual = field.attribute.empty() ? none : field.attribute,
             .mistake = [&](const auto& typed) { return mistake_in_target(field, typed, brevo); }});
        field.attribute = answer == none ? std::string() : answer;
    }
}

void leave_out(const std::vector<std::string>& attributes, std::vector<rules::ProposedField>& fields) {
    for (auto& field : fields)
        if (std::ranges::count(attributes, field.attribute) > 0) field.attribute.clear();
}

}  // namespace

std::string ChosenList::text() const {
    if (!to_make.empty()) return fmt::format("<the new list {}>", to_make);
    return id == 0 ? std::string() : fmt::format("{}", id);
}

std::vector<ChosenType> ask_for_lists(Questions& questions, const SetupCalendly& calendly,
                                      const SetupBrevo& brevo, const FormerLists& former, bool makes_lists) {
    if (calendly.types.empty())
        fmt::print("\nCalendly has no active event type yet: run setup once more when it has one.\n");
    else
        show_lists(brevo.lists);
    std::vector<ChosenType> chosen;
    std::set<std::string> taken;
    for (const auto& type : calendly.types) {
        const auto title = title_of(type);
        const auto answer = questions.ask(
            {.text = fmt::format("List for bookings of '{}' (a number, new, or - for none)", title),
             .usual = usual_list(type, brevo, former, makes_lists),
             .mistake = [&](const auto& typed) {
                 const bool is_known = typed == none || typed == new_one || list_with(typed, brevo.lists);
                 return is_known ? "" : "type the number of a list that Brevo has, new, or -";
             }});
        const auto name = rules::mapping_name(type.name, taken);
        taken.insert(name);
        chosen.push_back({{title, name, type.uri, ""}, chosen_list(answer, title)});
    }
    return chosen;
}

ChosenFields ask_for_fields(Questions& questions, const SetupCalendly& calendly, const SetupBrevo& brevo) {
    auto fields = rules::propose_fields(rules::distinct_questions(calendly.types), brevo.attributes);
    show_fields(fields, brevo);
    if (!agrees(questions, "Write it like this?", true)) ask_for_each(questions, fields, brevo);
    auto mapping = rules::field_mapping_of(fields);
    auto missing = rules::missing_attributes(mapping, brevo.attributes);
    if (missing.empty()) return {std::move(mapping), {}};
    const auto names = fmt::format("{}", fmt::join(missing, ", "));
    if (agrees(questions, fmt::format("Make the attributes that Brevo lacks ({})?", names), true))
        return {std::move(mapping), std::move(missing)};
    leave_out(missing, fields);
    return {rules::field_mapping_of(fields), {}};
}

}  // namespace cli
