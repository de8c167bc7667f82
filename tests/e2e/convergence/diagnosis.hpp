#pragma once

#include "e2e/convergence/verdict.hpp"

namespace convergence {

// For people: of everybody who is concerned the findings, their story, the deliveries in the order in which
// they were sent, the contact and the events as expected and as they are; and how to see it again.
std::string diagnose(const Story& story, World& world, const ContactRules& rules, const Findings& findings);

}  // namespace convergence
