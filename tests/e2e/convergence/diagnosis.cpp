#include "e2e/convergence/diagnosis.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace convergence {
namespace {

constexpr std::size_t most_people = 8;  // that are told of in full

std::string story_of(const Story& story, const std::string& person) {
    std::string text = "  story:\n";
    for (const auto change : changes_of(story, person)) text += "    " + describe(story, change) + "\n";
    return text;
}

std::string name_of(const Story& story, const Delivery& delivery) {
    auto name = fmt::format("#{}", delivery.change);
    if (story.changes[delivery.change].what == Happening::moved)
        name += delivery.is_old_half ? " old" : " new";
    if (delivery.is_reconciled) name += " by history";
    return name;
}

std::string sent_to(const Story& story, const World& world, const std::string& person) {
    std::string text = "  deliveries sent, batch by batch (changes that had happened):\n";
    std::size_t number = 0;
    for (const auto& batch : world.batches()) {
        std::string line;
        for (const auto& delivery : batch.deliveries)
            if (concerns(story, story.changes[delivery.change], person))
                line += (line.empty() ? "" : ", ") + name_of(story, delivery);
        if (!line.empty())
            text += fmt::format("    batch {} ({}): {}{}\n", number, batch.changes, line,
                                batch.is_settled ? "; settled" : "");
        ++number;
    }
    return text;
}

std::string contact_of(const Story& story, World& world, const ContactRules& rules,
                       const std::string& person) {
    std::string text = fmt::format("  contact, expected after {} changes (leave_lists: {}):\n   ",
                                   world.played(), rules.leave_lists);
    if (known_people(story, world.played()).contains(person)) {
        const auto expected = expected_contact(story, world.played(), person, rules);
        for (const auto& [name, value] : expected.attributes)
            text += fmt::format(" {}={}", name, json::serialize(value));
        text += " lists " + json::serialize(json::value_from(expected.lists));
    }
    const auto actual = world.system().sandbox().contact(person);
    return text + "\n  contact, actual:\n    " + (actual ? json::serialize(*actual) : "(none)") + "\n";
}

// "invitee.created:...YYY": the ids say enough.
std::string in_short(const std::string& change_id) {
    return fmt::format("{}:...{}", change_id.substr(0, change_id.find(':')),
                       change_id.substr(change_id.rfind('/') + 1));
}

// What a path or a body has in it when it is about the person.
std::vector<std::string> marks_of(const Story& story, const std::string& person) {
    std::vector<std::string> marks = {person};
    for (const auto index : changes_of(story, person)) {
        const auto& change = story.changes[index];
        marks.push_back(story.bookings[change.booking].id);
        if (change.what == Happening::moved) marks.push_back(story.bookings[change.next].id);
        if (!change.no_show.empty()) marks.push_back(change.no_show);
    }
    return marks;
}

std::string line_of(const json::object& call) {
    const auto text = [&](const char* name) {
        const auto* value = call.if_contains(name);
        return value && value->is_string() ? std::string(value->as_string()) : std::string();
    };
    const auto body = text("api") == "brevo" ? json::serialize(call.at("body")) : "";
    return fmt::format("    {} {} {} -> {} {} {}\n", text("at"), text("method"), text("path"),
                       call.at("status").to_number<int>(), text("fault"), body);
}

std::string calls_about(const Story& story, World& world, const std::string& person) {
    const auto marks = marks_of(story, person);
    std::string text = "  calls:\n";
    for (const auto& call : world.system().sandbox().journal("")) {
        if (call.at("api") == "webhooks") continue;
        const auto about = json::serialize(call.at("path")) + json::serialize(call.at("body"));
        const bool is_about =
            std::ranges::any_of(marks, [&](const auto& mark) { return about.find(mark) != about.npos; });
        if (is_about) text += line_of(call);
    }
    return text;
}

std::string events_of(const Story& story, World& world, const std::string& person) {
    std::string text = "  events of the story:\n";
    for (const auto& transition : transitions(story))
        if (transition.person == person)
            text += fmt::format("    #{} {} {}\n", transition.change, transition.event,
                                in_short(transition.change_id));
    text += "  events received:\n";
    for (const auto& event : gather_evidence(world).events)
        if (event.person == person)
            text += fmt::format(
                "    {} {} {}{}\n", iso_text(event.at), std::string(event.body.at("event_name").as_string()),
                in_short(event.change_id), event.is_answer_lost ? " (its answer was lost)" : "");
    return text;
}

// Findings of one kind differ in what follows the colon.
std::string kind_of(const Finding& finding) {
    return finding.text.substr(0, std::min(finding.text.find_first_of(":0123456789"), std::size_t{20}));
}

// For each kind of finding the person with the shortest story: the easiest to understand.
std::vector<std::string> examples(const Story& story, const Findings& findings) {
    std::map<std::string, std::pair<std::size_t, std::string>> shortest;  // by kind
    for (const auto& finding : findings) {
        if (finding.person.empty()) continue;
        const std::pair candidate(changes_of(story, finding.person).size(), finding.person);
        const auto [found, is_new] = shortest.emplace(kind_of(finding), candidate);
        if (!is_new) found->second = std::min(found->second, candidate);
    }
    std::set<std::pair<std::size_t, std::string>> sorted;
    for (const auto& [kind, candidate] : shortest) sorted.insert(candidate);
    std::vector<std::string> people;
    for (const auto& [length, person] : sorted)
        if (people.size() < most_people) people.push_back(person);
    return people;
}

}  // namespace

std::string diagnose(const Story& story, World& world, const ContactRules& rules, const Findings& findings) {
    std::string text =
        fmt::format("seed {}: {} findings; again with CONVERGENCE_SEED={} build/convergence_tests\n",
                    story.seed, findings.size(), story.seed);
    for (const auto& finding : findings)
        text += fmt::format("- {}: {}\n", finding.person.empty() ? "all" : finding.person, finding.text);
    for (const auto kill : world.kills()) text += "  an agent was killed at " + iso_text(kill) + "\n";
    for (const auto& person : examples(story, findings))
        text += person + "\n" + story_of(story, person) + sent_to(story, world, person) +
                contact_of(story, world, rules, person) + events_of(story, world, person) +
                calls_about(story, world, person);
    return text + "folder: " + world.system().folder().path().string() + "\n";
}

}  // namespace convergence
