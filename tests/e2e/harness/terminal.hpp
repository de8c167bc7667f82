#pragma once

#include <string>
#include <vector>

#include "e2e/harness/process.hpp"

namespace harness {

// A command on a terminal of its own, and who sits at it.
class Terminal {
public:
    explicit Terminal(std::vector<std::string> command, Environment environment = {});
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal();  // kills what still runs

    // Waits until this is shown, behind what was waited for before. Throws std::runtime_error when the
    // command ends without it.
    void expect(const std::string& text);
    void type(const std::string& text);  // and Enter
    void interrupt();                    // Ctrl-C

    // Everything that was shown.
    const std::string& shown() const { return shown_; }
    // The exit code, once it has ended.
    int wait();

private:
    bool read_more();  // false: nobody writes any more

    pid_t id_ = -1;
    int keyboard_ = -1;
    std::string shown_;
    std::size_t seen_ = 0;
};

}  // namespace harness
