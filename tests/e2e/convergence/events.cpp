// The verdict on the events.
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "e2e/convergence/verdict.hpp"

namespace convergence {
namespace {

using Expected = std::map<std::string, Transition>;  // by change id

Expected by_change_id(const Story& story) {
    Expected expected;
    for (auto& transition : transitions(story)) expected.emplace(transition.change_id, transition);
    return expected;
}

// What the event says of the booking.
void judge_text(const ReceivedEvent& event, const Transition& transition, Findings& findings) {
    const auto& properties = event.body.at("event_properties").as_object();
    const auto expect = [&](const std::string& name, const std::string& expected, const json::value* actual) {
        if (!actual || *actual != json::value(expected))
            findings.push_back(
                {transition.person, fmt::format("event {}: {} should be {}, is {}", event.change_id, name,
                                                expected, actual ? json::serialize(*actual) : "(none)")});
    };
    expect("event_name", transition.event, event.body.if_contains("event_name"));
    expect("invitee_uri", transition.invitee, properties.if_contains("invitee_uri"));
    expect("event_uri", transition.meeting, properties.if_contains("event_uri"));
    expect("start_time", transition.start_time, properties.if_contains("start_time"));
    if (event.person != transition.person)
        findings.push_back({transition.person, "event " + event.change_id + " went to " + event.person});
}

// An event is repeated only by who could not know that it was sent: its answer was lost, or an agent was
// killed after it.
bool is_excused(const ReceivedEvent& first, const ReceivedEvent& again, const std::vector<Moment>& kills) {
    return first.is_answer_lost ||
           std::ranges::any_of(kills, [&](Moment kill) { return kill >= first.at && kill <= again.at; });
}

void judge_repeats(const Evidence& evidence, const std::vector<Moment>& kills, Findings& findings) {
    std::map<std::string, const ReceivedEvent*> before;
    for (const auto& event : evidence.events) {
        auto& previous = before[event.change_id];
        if (previous && !is_excused(*previous, event, kills))
            findings.push_back(
                {event.person, fmt::format("event {} was sent at {} and again at {}, with neither a lost "
                                           "answer nor a kill in between",
                                           event.change_id, iso_text(previous->at), iso_text(event.at))});
        previous = &event;
    }
}

// Links of what history tells are not followed: an old half does not bring the new one along.
bool tells_its_change(const Delivery& delivery) {
    return !(delivery.is_old_half && delivery.is_reconciled);
}

// For each change how many had happened when it was known to be worked on.
std::vector<std::size_t> known_at(const Story& story, const World& world) {
    std::vector<std::size_t> known(story.changes.size(), std::numeric_limits<std::size_t>::max());
    for (const auto& batch : world.batches())
        for (const auto& delivery : batch.deliveries)
            if (batch.is_settled && tells_its_change(delivery))
                known[delivery.change] = std::min(known[delivery.change], batch.changes);
    return known;
}

void judge_missing(const Story& story, const World& world, const Evidence& evidence, const Expected& expected,
                   Findings& findings) {
    std::set<std::string> sent;
    for (const auto& event : evidence.events) sent.insert(event.change_id);
    const auto known = known_at(story, world);
    for (const auto& [id, transition] : expected)
        if (!sent.contains(id) &&
            must_be_sent(story, transition.change, [&](std::size_t change) { return known[change]; }))
            findings.push_back(
                {transition.person, fmt::format("event {} {} is missing", transition.event, id)});
}

// Exactly the story, repeats left out: those are judged apart.
void judge_order(const Story& story, const Evidence& evidence, Findings& findings) {
    std::map<std::string, std::vector<std::string>> expected, actual;
    for (const auto& transition : transitions(story))
        expected[transition.person].push_back(transition.change_id);
    std::set<std::string> met;
    for (const auto& event : evidence.events)
        if (met.insert(event.change_id).second) actual[event.person].push_back(event.change_id);
    for (const auto& [person, ids] : expected)
        if (actual[person] != ids) findings.push_back({person, "the events are not the story in its order"});
}

}  // namespace

Findings judge_events(const Story& story, const World& world, const Evidence& evidence, bool in_order) {
    Findings findings;
    const auto expected = by_change_id(story);
    for (const auto& event : evidence.events) {
        const auto found = expected.find(event.change_id);
        if (found == expected.end()) {
            findings.push_back({event.person, "no change in the story has " + json::serialize(event.body)});
        } else {
            judge_text(event, found->second, findings);
        }
    }
    judge_repeats(evidence, world.kills(), findings);
    judge_missing(story, world, evidence, expected, findings);
    if (in_order) judge_order(story, evidence, findings);
    return findings;
}

}  // namespace convergence
