#include "bench/common/process_memory.hpp"

#include <sstream>
#include <stdexcept>
#include <string>

#include "e2e/harness/folder.hpp"

namespace bench {
namespace {

// After "MemAvailable:", which stands in kB.
std::size_t bytes_in(const std::string& file, const std::string& name) {
    std::istringstream words(harness::read_file(file));
    for (std::string word; words >> word;) {
        std::size_t kilobytes = 0;
        if (word == name && words >> kilobytes) return kilobytes * 1024;
    }
    throw std::runtime_error("no " + name + " in " + file);
}

std::string status_file(pid_t process) {
    return "/proc/" + std::to_string(process) + "/status";
}

}  // namespace

std::size_t resident_memory(pid_t process) {
    return bytes_in(status_file(process), "VmRSS:");
}

std::size_t peak_memory(pid_t process) {
    return bytes_in(status_file(process), "VmHWM:");
}

std::size_t available_memory() {
    return bytes_in("/proc/meminfo", "MemAvailable:");
}

}  // namespace bench
