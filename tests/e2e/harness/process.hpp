#pragma once

#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "e2e/harness/wait.hpp"

namespace harness {

using Environment = std::map<std::string, std::string>;  // added to ours

// A child process whose output goes to a file. It gets SIGTERM when the test's process dies.
class Process {
public:
    // command[0] is searched in PATH, /usr/sbin included. In `folder` unless it is empty: there a core dump
    // of it would lie. Throws when it cannot be started.
    Process(const std::vector<std::string>& command, const std::filesystem::path& log,
            const Environment& environment = {}, const std::filesystem::path& folder = {});
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();  // kills what still runs

    pid_t id() const { return id_; }
    bool running();
    void signal(int number) const;

    // The exit code, or 128 + the signal that killed it. Throws std::runtime_error after the deadline.
    int wait(Duration deadline = default_deadline);

    // signal() and wait().
    int stop(int number = SIGTERM, Duration deadline = default_deadline);

private:
    void reap(int options);
    std::string name_;
    pid_t id_ = -1;
    std::optional<int> exit_code_;
};

struct Outcome {
    int exit_code;
    std::string output;  // standard output and error
};

// Runs a command to its end.
Outcome run(const std::vector<std::string>& command, const std::filesystem::path& log,
            const Environment& environment = {}, std::chrono::minutes patience = std::chrono::minutes(5));

}  // namespace harness
