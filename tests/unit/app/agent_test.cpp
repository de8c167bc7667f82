// The daemon in this process: what becomes of it when its configuration is read again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/datagram_protocol.hpp>

#include "app/agent.hpp"
#include "config/load.hpp"
#include "sandbox/tls_authority.hpp"
#include "unit/sandbox/support.hpp"
#include "unit/temporary_folder.hpp"

namespace agent_test {

namespace asio = boost::asio;
using testing::HasSubstr;

class AgentTest : public testing::Test {
protected:
    AgentTest() {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "agent", std::make_shared<spdlog::sinks::ostream_sink_st>(log_)));
        ::setenv("NOTIFY_SOCKET", (folder_ / "notify").c_str(), 1);
        sandbox::write_tls_identity(sandbox::make_tls_identity(), folder_.path());
    }
    ~AgentTest() override {
        ::unsetenv("NOTIFY_SOCKET");
        spdlog::set_default_logger(former_log_);
    }

    // Nobody listens on port 1 of loopback.
    void write(const std::string& of_brevo) const {
        std::ofstream(path_) << "connectors: {a: {access_token: x}}\n"
                                "redis: {url: \"redis://127.0.0.1:1/0\"}\n"
                                "calendly: {api_url: \"http://127.0.0.1:1\"}\n"
                                "brevo: {api_key: x, api_url: \"https://127.0.0.1:1\""
                             << of_brevo
                             << "}\n"
                                "admin: {listen: \"127.0.0.1:0\"}\n";
    }

    void start() {
        const auto environment = config::process_environment();
        agent_ = std::make_unique<app::Agent>(io_, config::load(path_, environment), path_);
        asio::co_spawn(io_, agent_->run(), [this](std::exception_ptr error) {
            is_over_ = true;
            if (error) std::rethrow_exception(error);
        });
        wait_until_told("READY=1");
    }

    // By the agent to systemd; the line begins so.
    std::string wait_until_told(const std::string& state) {
        std::string line;
        sandbox_test::run_until(io_, [&] {
            if (systemd_.available() == 0) return false;
            line.resize(400);
            line.resize(systemd_.receive(asio::buffer(line)));
            return line.starts_with(state);
        });
        return line;
    }

    void stop() {
        std::raise(SIGTERM);
        sandbox_test::run_until(io_, [this] { return is_over_; });
    }

    std::size_t starts() const {
        const auto log = log_.str();
        std::size_t count = 0;
        for (auto at = log.find("1 connectors, Redis at"); at != log.npos; at = log.find("1 conn", at + 1))
            ++count;
        return count;
    }

    const unit::TemporaryFolder folder_;
    const std::string path_ = folder_ / "connector.yaml";
    std::ostringstream log_;
    std::shared_ptr<spdlog::logger> former_log_ = spdlog::default_logger();
    asio::io_context io_{1};
    asio::local::datagram_protocol::socket systemd_{
        io_, asio::local::datagram_protocol::endpoint((folder_ / "notify").string())};
    std::unique_ptr<app::Agent> agent_;
    bool is_over_ = false;
};

TEST_F(AgentTest, WhatIsReadAgainIsStarted) {
    write("");
    start();
    write(", ca_file: \"" + (folder_ / "ca.pem").string() + "\"");
    std::raise(SIGHUP);
    wait_until_told("READY=1");
    EXPECT_EQ(starts(), 2u) << log_.str();
    stop();
}

// What is right when it is read may be wrong when the former connectors have finished, and it begins.
TEST_F(AgentTest, AConfigurationThatCannotBeStartedLeavesTheFormerOneAtWork) {
    write("");
    start();
    write(", ca_file: \"" + (folder_ / "ca.pem").string() + "\"");
    std::raise(SIGHUP);
    wait_until_told("RELOADING=1");
    std::filesystem::remove(folder_ / "ca.pem");
    wait_until_told("READY=1");
    EXPECT_THAT(log_.str(),
                HasSubstr("the new configuration cannot be started: no certificates can be read"));
    EXPECT_EQ(starts(), 2u) << log_.str();
    EXPECT_FALSE(is_over_);
    write("");
    std::raise(SIGHUP);
    wait_until_told("READY=1");
    EXPECT_EQ(starts(), 3u) << "and it can be told again";
    stop();
}

TEST_F(AgentTest, SystemdIsToldTheVerdict) {
    write("");
    start();
    EXPECT_THAT(wait_until_told("STATUS=unhealthy"), HasSubstr(": a: Redis"));
    stop();
}

TEST_F(AgentTest, AConfigurationWithAMistakeChangesNothing) {
    write("");
    start();
    write(", no_such_key: x");
    std::raise(SIGHUP);
    sandbox_test::run_until(
        io_, [this] { return log_.str().find("the configuration stays as it was") != std::string::npos; });
    EXPECT_EQ(starts(), 1u);
    stop();
}

}  // namespace agent_test
