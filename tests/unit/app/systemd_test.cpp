// What systemd hears: the lines that arrive at its socket.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>

#include "app/systemd.hpp"

namespace systemd_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class SystemdTest : public testing::Test {
protected:
    SystemdTest()
        : socket_(io_, asio::local::datagram_protocol::endpoint(path_)), systemd_(io_.get_executor()) {
        ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
        ::unsetenv("WATCHDOG_USEC");
        ::unsetenv("WATCHDOG_PID");
    }
    ~SystemdTest() override {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        std::filesystem::remove(path_);
    }

    std::string heard() {
        std::string line(100, '\0');
        if (socket_.available() == 0) return "";
        line.resize(socket_.receive(asio::buffer(line)));
        return line;
    }

    asio::io_context io_;
    std::string path_ = testing::TempDir() + "calendly-brevo-notify-" + std::to_string(::getpid());
    asio::local::datagram_protocol::socket socket_;
    app::Systemd systemd_;
};

TEST_F(SystemdTest, HearsEachStateOnce) {
    systemd_.say_ready();
    EXPECT_EQ(heard(), "READY=1");
    systemd_.say_reloading();
    EXPECT_EQ(heard(), "RELOADING=1");
    systemd_.say_stopping();
    EXPECT_EQ(heard(), "STOPPING=1");
    EXPECT_EQ(heard(), "");
}

TEST_F(SystemdTest, WithAWatchdogHearsASignOfLifeTwiceAnInterval) {
    ::setenv("WATCHDOG_USEC", "4000", 1);
    asio::co_spawn(io_, systemd_.feed_watchdog(), asio::detached);
    for (int signs = 0; signs < 3; io_.run_one())
        while (heard() == "WATCHDOG=1") ++signs;
    systemd_.stop_watchdog();
    EXPECT_GT(io_.run_for(10s), 0u);
    EXPECT_TRUE(io_.stopped()) << "feeding ends when it is told to";
}

TEST_F(SystemdTest, WithoutAWatchdogHearsNoSignOfLife) {
    asio::co_spawn(io_, systemd_.feed_watchdog(), asio::detached);
    io_.run();
    EXPECT_EQ(heard(), "");
}

TEST(Systemd, WithoutSystemdNothingHappens) {
    ::unsetenv("NOTIFY_SOCKET");
    asio::io_context io;
    app::Systemd(io.get_executor()).say_ready();
}

}  // namespace systemd_test
