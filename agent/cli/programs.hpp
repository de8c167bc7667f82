// Programs that a command starts. None of them inherits what the command keeps back (see held_signals.hpp).
#pragma once

#include <string>

namespace cli {

// Runs a line in /bin/sh to its end, with this command's input and output. The exit code as a shell says it:
// 128 and the signal's number when a signal ended it. Throws net::Interrupted when Ctrl-C or SIGTERM came
// meanwhile, and the program, which hears of it, has ended; std::system_error.
int run_in_shell(const std::string& line);

// Opens the address in the browser of whoever sits before this machine, if anybody does. Nothing is said of
// how that ends.
void open_browser(const std::string& address);

}  // namespace cli
