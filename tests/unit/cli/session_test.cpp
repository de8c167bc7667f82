// A command at work: Ctrl-C is heeded before each call.
#include "cli/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"

namespace cli_session_test {

namespace asio = boost::asio;
using Number = api::Answer<int>;

class CliSession : public testing::Test {
protected:
    // What comes after an interruption that came during the first call.
    template <typename Again>
    void expect_one_call(Again again) {
        const auto none = [](const std::string&) { return std::optional<std::string>(); };
        auto configuration = config::parse(
            "connectors: {a: {access_token: t}}\nbrevo: {api_key: k}\nredis: {url: \"redis://127.0.0.1:1\"}",
            "x.yaml", none);
        cli::Session session(std::move(configuration), "x.yaml");
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

}  // namespace cli_session_test
