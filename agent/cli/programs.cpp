#include "cli/programs.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <system_error>

#include "cli/held_signals.hpp"
#include "net/interruption.hpp"

namespace cli {
namespace {

// How a program begins: it hears every signal.
class Beginning {
public:
    Beginning() {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none;
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    }
    Beginning(const Beginning&) = delete;
    Beginning& operator=(const Beginning&) = delete;
    ~Beginning() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    void silence() {
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    // Found along PATH. The error of errno.h, or 0.
    int begin(std::string program, std::string argument1, std::string argument2, pid_t& child) const {
        char* const arguments[] = {program.data(), argument1.data(),
                                   argument2.empty() ? nullptr : argument2.data(), nullptr};
        return ::posix_spawnp(&child, program.c_str(), &files_, &attributes_, arguments, environ);
    }

private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t attributes_;
};

// Until the child has ended. True when Ctrl-C or SIGTERM came meanwhile: the child is told to end then, and
// the next one ends this command.
bool wait_and_pass_on(pid_t child, const HeldSignals& held) {
    const auto descriptor =
        static_cast<int>(::syscall(SYS_pidfd_open, child, 0));  // glibc 2.36 has no C++ form
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "pidfd_open");
    bool is_interrupted = false;
    for (bool has_ended = false; !has_ended;) {
        pollfd awaited[] = {{descriptor, POLLIN, 0}, {held.descriptor(), POLLIN, 0}};
        ::poll(awaited, std::size(awaited), -1);
        has_ended = awaited[0].revents != 0;
        if (!held.take()) continue;
        is_interrupted = true;
        held.let_through();
        if (!has_ended) ::kill(child, SIGTERM);
    }
    ::close(descriptor);
    return is_interrupted;
}

}  // namespace

int run_in_shell(const std::string& line) {
    const HeldSignals held;
    pid_t child = 0;
    if (const int error = Beginning().begin("/bin/sh", "-c", line, child))
        throw std::system_error(error, std::generic_category(), "/bin/sh");
    const bool is_interrupted = wait_and_pass_on(child, held);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
    if (is_interrupted) throw net::Interrupted();
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// The program is no child that anybody waits for: it may stay for as long as the browser does, and init takes
// it when this command ends.
void open_browser(const std::string& address) {
    if (!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY")) return;
    Beginning beginning;
    beginning.silence();
    pid_t ignored = 0;
    beginning.begin("xdg-open", address, "", ignored);
}

}  // namespace cli
