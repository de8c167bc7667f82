// The commands of calendly-brevo, besides the daemon. Each gives back the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace cli {

// Reads the configuration and says what it comes to, without a secret; nothing is asked of the network.
int run_check(const std::string& config_path, bool as_json);

struct SignOptions {
    std::string config_path;
    std::string connector;             // empty: the only one
    std::string key_file;              // instead of the configuration: the first key in it
    std::string body_file;             // "-": standard input
    std::optional<std::int64_t> time;  // Unix seconds; nothing: now
    bool as_json = false;
};

// Prints the header with which Calendly would sign the body.
int run_sign(const SignOptions& options);

// Parses the command line and runs the command.
int run(int argc, const char* const* argv);

}  // namespace cli
