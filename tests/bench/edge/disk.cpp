#include "bench/edge/disk.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "bench/edge/rounds.hpp"
#include "e2e/harness/folder.hpp"

namespace bench {

std::chrono::nanoseconds sync_time(std::size_t bytes) {
    using Clock = std::chrono::steady_clock;
    const harness::Folder folder;
    const std::string text(bytes, 'x');
    const int file = ::open((folder / "file").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    std::vector<double> times;
    for (int i = 0; i < 50; ++i) {
        const bool written = ::write(file, text.data(), bytes) == static_cast<ssize_t>(bytes);
        const auto begin = Clock::now();
        if (!written || ::fdatasync(file) != 0)
            throw std::runtime_error("cannot write in " + folder.path().string());
        times.push_back(static_cast<double>((Clock::now() - begin).count()));
    }
    ::close(file);
    return std::chrono::nanoseconds(static_cast<std::int64_t>(median(times)));
}

}  // namespace bench
