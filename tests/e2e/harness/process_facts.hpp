// What Linux tells of running processes, in /proc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

namespace harness {

// Its child processes; zombies not yet waited for count.
std::vector<pid_t> children(pid_t parent);

// How it shows in ps, as "nginx: worker process"; empty when there is no such process (any more).
std::string command_line(pid_t process);

// What each of its descriptors refers to: a path, or "socket", "pipe", "anon_inode:[eventpoll]".
std::multiset<std::string> open_descriptors(pid_t process);

// Bytes of memory that are the process's own and not of a file: heap, stack, written data. Pages shared with
// its parent since fork() count as well, until written by either.
std::size_t anonymous_memory(pid_t process);

// Made with AddressSanitizer, or with a module that was: it keeps freed memory, so how much it has tells
// nothing.
bool is_sanitized(pid_t process);

// The connections to the server of 127.0.0.1:port that it has not closed, as the kernel sees it.
struct ServerConnections {
    std::size_t count = 0;
    std::size_t unread_bytes = 0;  // arrived, and not read by the server yet
};
ServerConnections connections_of(std::uint16_t port);

// The test's process and the children it starts from now on may open so many files. Throws
// std::runtime_error when the hard limit (ulimit -Hn) is lower.
void allow_descriptors(std::size_t count);

}  // namespace harness
