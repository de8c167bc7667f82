// What Brevo must have in the end, stated from the bookings alone: section "From webhook to contact" of
// agent/README.md once more, independently of the agent's code.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "e2e/convergence/story.hpp"

namespace convergence {

struct ContactRules {
    bool leave_lists = true;  // cancellation.leave_lists
    bool joins_lists = true;  // not when all of it is history that was told quietly
};

struct ExpectedContact {
    std::map<std::string, json::value> attributes;  // a mapped attribute that is not here has no value
    std::set<std::int64_t> lists;
};

// The attributes that the tests map, and the type each has in Brevo.
const std::map<std::string, std::string>& mapped_attributes();
// The connector's sections event_mapping, field_mapping, cancellation and no_show, in YAML's flow style.
std::map<std::string, std::string> connector_sections(const ContactRules& rules);

// The people who have a contact once the first `changes` changes of the story are known.
std::set<std::string> known_people(const Story& story, std::size_t changes);
// Throws std::out_of_range for a person who has none by then.
ExpectedContact expected_contact(const Story& story, std::size_t changes, const std::string& person,
                                 const ContactRules& rules);

// An event that starts an automation.
struct Transition {
    std::size_t change = 0;  // in the story
    std::string person;
    std::string event;      // calendly_booked, ...
    std::string change_id;  // <webhook event>:<uri>
    std::string invitee, meeting;
    std::string start_time;  // as the invitee's clock shows it
};

// Of every change in the story, in its order: exactly what is sent when everything is delivered in order.
std::vector<Transition> transitions(const Story& story);

// Whether the transition of a change has to be sent whatever the order of deliveries was. `known_at(change)`
// is how many changes had happened when this one had been worked on, SIZE_MAX if that is not known: what is
// worked on before the booking changes again is sent.
bool must_be_sent(const Story& story, std::size_t change,
                  const std::function<std::size_t(std::size_t)>& known_at);

}  // namespace convergence
