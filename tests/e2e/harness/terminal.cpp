#include "e2e/harness/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

namespace harness {
namespace {

constexpr int patience_ms = 30'000;

[[noreturn]] void become(std::vector<std::string>& command, const Environment& environment) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> arguments;
    for (auto& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    ::close_range(STDERR_FILENO + 1, ~0u, 0);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
}

}  // namespace

Terminal::Terminal(std::vector<std::string> command, Environment environment) {
    id_ = ::forkpty(&keyboard_, nullptr, nullptr, nullptr);
    if (id_ < 0) throw std::runtime_error("no terminal");
    if (id_ == 0) become(command, environment);
    ::fcntl(keyboard_, F_SETFD, FD_CLOEXEC);
}

Terminal::~Terminal() {
    if (id_ > 0) {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
    }
    ::close(keyboard_);
}

bool Terminal::read_more() {
    pollfd screen{keyboard_, POLLIN, 0};
    if (::poll(&screen, 1, patience_ms) == 0)
        throw std::runtime_error(fmt::format("nothing more is shown within 30 s:\n{}", shown_));
    std::array<char, 4096> buffer;
    const auto size = ::read(keyboard_, buffer.data(), buffer.size());
    if (size > 0) shown_.append(buffer.data(), static_cast<std::size_t>(size));
    return size > 0;
}

void Terminal::expect(const std::string& text) {
    while (shown_.find(text, seen_) == shown_.npos)
        if (!read_more()) throw std::runtime_error(fmt::format("'{}' was never shown:\n{}", text, shown_));
    seen_ = shown_.find(text, seen_) + text.size();
}

void Terminal::type(const std::string& text) {
    const auto line = text + "\n";
    if (::write(keyboard_, line.data(), line.size()) < 0) throw std::runtime_error("the terminal is gone");
}

void Terminal::interrupt() {
    const char control_c = 3;
    if (::write(keyboard_, &control_c, 1) < 0) throw std::runtime_error("the terminal is gone");
}

int Terminal::wait() {
    while (read_more()) {
    }
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace harness
