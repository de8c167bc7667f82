// The last part of `setup`: nginx is tried until it accepts what Calendly will send, Calendly is told, and
// doctor looks at all of it.
#pragma once

#include <chrono>
#include <string>

#include "cli/command.hpp"
#include "cli/questions.hpp"

namespace cli {

struct EdgeSetup {
    bool is_unattended = false;
    std::chrono::milliseconds patience{60'000};  // with nginx, when nobody is there to be asked
    std::string reload_command;                  // makes nginx read its configuration; "": somebody does
};

// Runs `nginx -t` and shows what it says. Throws CommandError when it refuses.
void test_nginx();

// With the configuration that was written. The exit code: done when all but the agent is well. Throws
// CommandError, NoAnswer, net::Interrupted.
int connect(const CommonOptions& common, Questions& questions, const EdgeSetup& setup);

}  // namespace cli
