#include "e2e/harness/process.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "e2e/harness/folder.hpp"

namespace harness {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& string : strings) result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> merged_environment(const Environment& added) {
    std::vector<std::string> all;
    for (char** variable = environ; *variable; ++variable) {
        const std::string_view text = *variable;
        if (!added.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
    }
    for (const auto& [name, value] : added) all.push_back(name + "=" + value);
    return all;
}

std::string find_program(const std::string& name) {
    if (name.find('/') != name.npos) return name;
    const char* const path = std::getenv("PATH");
    std::string folders = (path ? std::string(path) : "") + ":/usr/local/sbin:/usr/sbin:/usr/bin:/bin";
    for (std::size_t begin = 0; begin < folders.size();) {
        const auto end = std::min(folders.find(':', begin), folders.size());
        const std::string candidate = folders.substr(begin, end - begin) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        begin = end + 1;
    }
    throw std::runtime_error("no program " + name + " in PATH");
}

// Whoever forbids core dumps must do so itself: the shell's limit would hide that nobody does.
rlimit as_large_as_allowed(int resource) {
    rlimit limit{};
    ::getrlimit(resource, &limit);
    limit.rlim_cur = limit.rlim_max;
    return limit;
}

// Between fork and exec: nothing that is not async-signal-safe.
[[noreturn]] void become(const char* program, char** arguments, char** environment, int output,
                         const char* folder, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(127);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    // Asio's sockets would be inherited: a connection that the test closes would stay open.
    ::close_range(STDERR_FILENO + 1, ~0u, 0);
    if (*folder != '\0') {
        const auto core_dumps = as_large_as_allowed(RLIMIT_CORE);
        if (::chdir(folder) != 0 || ::setrlimit(RLIMIT_CORE, &core_dumps) != 0) ::_exit(127);
    }
    ::execve(program, arguments, environment);
    ::_exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::filesystem::path& log,
                 const Environment& environment, const std::filesystem::path& folder)
    : name_(command.at(0)) {
    const std::string program = find_program(name_);
    auto arguments = command;
    auto variables = merged_environment(environment);
    const auto argument_pointers = pointers(arguments);
    const auto variable_pointers = pointers(variables);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (output < 0) throw std::runtime_error("cannot write " + log.string());
    const pid_t parent = ::getpid();
    id_ = ::fork();
    if (id_ == 0) {
        become(program.c_str(), const_cast<char**>(argument_pointers.data()),
               const_cast<char**>(variable_pointers.data()), output, folder.c_str(), parent);
    }
    ::close(output);
    if (id_ < 0) throw std::runtime_error("fork failed: " + std::string(std::strerror(errno)));
}

Process::~Process() {
    if (!running()) return;
    ::kill(id_, SIGCONT);
    ::kill(id_, SIGKILL);
    reap(0);
}

bool Process::running() {
    reap(WNOHANG);
    return !exit_code_;
}

void Process::reap(int options) {
    int status = 0;
    if (exit_code_ || ::waitpid(id_, &status, options) != id_) return;
    exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void Process::signal(int number) const {
    if (!exit_code_) ::kill(id_, number);
}

int Process::wait(Duration deadline) {
    wait_until([&] { return !running(); }, name_ + " should end", deadline);
    return *exit_code_;
}

int Process::stop(int number, Duration deadline) {
    signal(number);
    return wait(deadline);
}

Outcome run(const std::vector<std::string>& command, const std::filesystem::path& log,
            const Environment& environment, std::chrono::minutes patience) {
    Process process(command, log, environment);
    const int exit_code = process.wait(patience);
    return {exit_code, read_file(log)};
}

}  // namespace harness
