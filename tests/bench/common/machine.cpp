#include "bench/common/machine.hpp"

#include <sys/utsname.h>

#include "e2e/harness/folder.hpp"

namespace bench {

std::string machine() {
    utsname names{};
    ::uname(&names);
    const std::string cpu = harness::read_file("/proc/cpuinfo");
    constexpr std::string_view mark = "model name\t: ";
    const auto found = cpu.find(mark);
    const std::string model =
        found == cpu.npos ? names.machine
                          : cpu.substr(found + mark.size(), cpu.find('\n', found) - found - mark.size());
    return model + ", Linux " + names.release;
}

}  // namespace bench
