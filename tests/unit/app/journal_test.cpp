#include "app/journal.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <spdlog/logger.h>

#include "app/log.hpp"
#include "text/logfmt.hpp"

namespace app {
namespace journal_test {

using testing::HasSubstr;

constexpr const char* journal_path = "/run/systemd/journal/socket";

// The process sees a /run of its own from now on.
bool has_run_of_its_own() {
    const int more = ::geteuid() == 0 ? 0 : CLONE_NEWUSER;
    return ::unshare(CLONE_NEWNS | more) == 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("tmpfs", "/run", "tmpfs", 0, nullptr) == 0;
}

// A datagram socket where the journal's is.
int listen_as_journal() {
    std::filesystem::create_directories(std::filesystem::path(journal_path).parent_path());
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string_view(journal_path).copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return -1;
    return socket;
}

constexpr int sent = 0, has_no_place = 77;

// In a process of its own: the line goes to the journal, and what arrives there to `result`.
int send_to_journal(const std::string& logger, const std::string& line, int result) {
    if (!has_run_of_its_own()) return has_no_place;
    const int journal = listen_as_journal();
    auto sink = std::make_shared<JournalSink>();
    sink->set_formatter(logfmt_formatter(""));
    spdlog::logger(logger, sink).warn(line);
    std::array<char, 4096> datagram{};
    const auto size = ::recv(journal, datagram.data(), datagram.size(), MSG_DONTWAIT);
    if (size > 0 && ::write(result, datagram.data(), static_cast<std::size_t>(size)) == size) return sent;
    return 1;
}

class JournalSocket : public testing::Test {
protected:
    // What arrives for this line of a connector's log, with a line feed before it.
    std::string arriving(const std::string& logger, const std::string& line) {
        std::array<int, 2> result{};
        EXPECT_EQ(::pipe(result.data()), 0);
        const auto child = ::fork();
        if (child == 0) std::_Exit(send_to_journal(logger, line, result[1]));
        ::close(result[1]);
        std::array<char, 4096> datagram{};
        const auto size = ::read(result[0], datagram.data(), datagram.size());
        ::close(result[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        has_place_ = WEXITSTATUS(status) != has_no_place;
        return "\n" + std::string(datagram.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }

    bool has_place_ = true;
};

TEST_F(JournalSocket, TakesALineWithItsFields) {
    const auto text = arriving("calendly" + std::string(text::field_logger_suffix),
                               R"(msg="Brevo has this change" outcome=synced)");
    if (!has_place_) GTEST_SKIP() << "no process may have a /run of its own here";
    EXPECT_THAT(text, HasSubstr("\nMESSAGE=Brevo has this change\n"));
    EXPECT_THAT(text, HasSubstr("\nPRIORITY=4\n"));
    EXPECT_THAT(text, HasSubstr("\nSYSLOG_IDENTIFIER=calendly-brevo\n"));
    EXPECT_THAT(text, HasSubstr("\nCALENDLY_BREVO_CONNECTOR=calendly\n"));
    EXPECT_THAT(text, HasSubstr("\nCALENDLY_BREVO_OUTCOME=synced\n"));
}

TEST_F(JournalSocket, TakesASentenceAsItsMessage) {
    const auto text = arriving("calendly", "Redis \"answers\"");
    if (!has_place_) GTEST_SKIP() << "no process may have a /run of its own here";
    EXPECT_THAT(text, HasSubstr("\nMESSAGE=Redis \"answers\"\n"));
}

}  // namespace journal_test
}  // namespace app
