// A command at work: Ctrl-C is heeded before each call.
#include "cli/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/held_signals.hpp"
#include "cli/questions.hpp"
#include "config/load.hpp"

namespace cli_session_test {

namespace asio = boost::asio;
using Number = api::Answer<int>;

class CliSession : public testing::Test {
protected:
    static config::Configuration configuration() {
        const auto none = [](const std::string&) { return std::optional<std::string>(); };
        return config::parse(
            "connectors: {a: {access_token: t}}\nbrevo: {api_key: k}\nredis: {url: \"redis://127.0.0.1:1\"}",
            "x.yaml", none);
    }

    // What comes after an interruption that came during the first call.
    template <typename Again>
    void expect_one_call(Again again) {
        cli::Session session(configuration(), "x.yaml");
        int calls = 0;
        const std::function<asio::awaitable<Number>()> call = [&]() -> asio::awaitable<Number> {
            ++calls;
            session.services().interruption().request();
            co_return calls;
        };
        testing::internal::CaptureStderr();
        const auto code = session.run([&]() -> asio::awaitable<int> {
            co_await again(session, call);
            co_await again(session, call);
            co_return 0;
        });
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "interrupted\n");
        EXPECT_EQ(code, 130);
        EXPECT_EQ(calls, 1);
    }
};

TEST_F(CliSession, NoCallIsMadeAfterCtrlC) {
    expect_one_call([](auto& session, auto call) { return session.ask(call); });
    expect_one_call([](auto& session, auto call) { return session.ask_patiently(call); });
}

// It came before there was anything to interrupt.
TEST_F(CliSession, ACtrlCThatWasKeptBackIsHeeded) {
    const cli::HeldSignals held;
    ::raise(SIGINT);
    cli::Session session(configuration(), "x.yaml");
    const auto work = [&]() -> asio::awaitable<int> {
        co_await session.services().interruption().sleep(std::chrono::minutes(1));
        co_return 0;
    };
    EXPECT_THROW(session.run_silently(work), net::Interrupted);
    EXPECT_FALSE(held.take()) << "it is heeded once";
}

TEST_F(CliSession, AQuestionThatIsInterruptedIsSaidLikeAnythingElse) {
    cli::Session session(configuration(), "x.yaml");
    testing::internal::CaptureStderr();
    const auto code = session.run([]() -> asio::awaitable<int> {
        ::raise(SIGTERM);
        co_return cli::UnattendedQuestions().ask({.text = "Go on?", .usual = "yes"}) == "yes" ? 0 : 1;
    });
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "interrupted\n");
    EXPECT_EQ(code, 130);
}

}  // namespace cli_session_test
