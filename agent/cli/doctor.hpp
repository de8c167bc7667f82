// How what doctor found is shown to people.
#pragma once

#include "rules/finding.hpp"

namespace cli {

// A line each, and what to do about it; the last line counts.
void print_findings(const rules::Findings& findings);

}  // namespace cli
