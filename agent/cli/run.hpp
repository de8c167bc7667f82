#pragma once

namespace cli {

// Parses the command line, runs the command that it names and gives back the exit code. What goes wrong is
// said on standard error.
int run(int argc, const char* const* argv);

}  // namespace cli
