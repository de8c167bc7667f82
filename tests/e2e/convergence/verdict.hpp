// Compares what Brevo has, and what is left in Redis, with what the story says.
#pragma once

#include "e2e/convergence/world.hpp"

namespace convergence {

struct Finding {
    std::string person;  // empty: it is nobody's
    std::string text;
};
using Findings = std::vector<Finding>;

// A POST /events that Brevo took.
struct ReceivedEvent {
    Moment at = 0;  // when the call arrived
    bool is_answer_lost = false;
    json::object body;
    std::string change_id, person;
};

struct Evidence {
    std::vector<ReceivedEvent> events;  // in the order in which they arrived
};
Evidence gather_evidence(World& world);

// Every contact, after that many changes.
Findings judge_contacts(const Story& story, std::size_t changes, const ContactRules& rules,
                        const harness::SandboxProcess& sandbox);

// None that the story does not have, none twice without a lost answer or a kill in between, all that no later
// change excuses; with `in_order` exactly the story.
Findings judge_events(const Story& story, const World& world, const Evidence& evidence, bool in_order);

// Deliveries answered with 200 = entries made = entries deleted; no dead letter; nothing without an expiry,
// such as a lease that nobody gives back; no alarm in a log.
Findings judge_accounts(World& world);

}  // namespace convergence
