#include "e2e/harness/process_facts.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <sys/resource.h>

#include "e2e/harness/folder.hpp"

namespace harness {
namespace {

namespace fs = std::filesystem;

fs::path proc(pid_t process) {
    return fs::path("/proc") / std::to_string(process);
}

// States in /proc/net/tcp: TCP_ESTABLISHED, and TCP_CLOSE_WAIT when only the client has closed.
constexpr std::string_view established = "01", close_wait = "08";

std::size_t after_colon(const std::string& text) {
    return std::stoul(text.substr(text.find(':') + 1), nullptr, 16);
}

// "socket:[7668562]" is a socket like any other.
std::string without_number(const std::string& target) {
    const auto bracket = target.find(":[");
    return target.starts_with("anon_inode") ? target : target.substr(0, bracket);
}

}  // namespace

std::vector<pid_t> children(pid_t parent) {
    std::istringstream ids(read_file(proc(parent) / "task" / std::to_string(parent) / "children"));
    std::vector<pid_t> result;
    for (pid_t id = 0; ids >> id;) result.push_back(id);
    return result;
}

std::string command_line(pid_t process) {
    const std::string line = read_file(proc(process) / "cmdline");
    return line.substr(0, line.find('\0'));
}

std::multiset<std::string> open_descriptors(pid_t process) {
    std::multiset<std::string> result;
    for (const auto& descriptor : fs::directory_iterator(proc(process) / "fd")) {
        std::error_code closed_meanwhile;
        const std::string target = fs::read_symlink(descriptor, closed_meanwhile);
        if (!closed_meanwhile) result.insert(without_number(target));
    }
    return result;
}

std::size_t anonymous_memory(pid_t process) {
    std::istringstream lines(read_file(proc(process) / "smaps_rollup"));
    for (std::string name; lines >> name;) {
        std::size_t kilobytes = 0;
        if (name == "Anonymous:" && lines >> kilobytes) return kilobytes * 1024;
    }
    throw std::runtime_error("no memory figures of process " + std::to_string(process));
}

bool is_sanitized(pid_t process) {
    return read_file(proc(process) / "maps").find("libasan") != std::string::npos;
}

// Lines of /proc/net/tcp: "  0: <address>:<port> <address>:<port> <state> <unsent>:<unread> ...", all in hex.
ServerConnections connections_of(std::uint16_t port) {
    std::istringstream lines(read_file("/proc/net/tcp"));
    ServerConnections result;
    std::string line;
    for (std::getline(lines, line); std::getline(lines, line);) {
        std::istringstream words(line);
        std::string number, local, remote, state, queues;
        words >> number >> local >> remote >> state >> queues;
        if ((state != established && state != close_wait) || after_colon(local) != port) continue;
        ++result.count;
        result.unread_bytes += after_colon(queues);
    }
    return result;
}

void allow_descriptors(std::size_t count) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= count) return;
    limit.rlim_cur = count;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        throw std::runtime_error("this test needs " + std::to_string(count) +
                                 " open files; raise the hard limit: " + std::strerror(errno));
}

}  // namespace harness
