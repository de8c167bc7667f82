// The commands of an operator against the whole path: Redis, nginx, the sandbox, and an agent when the test
// starts one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "e2e/harness/free_port.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {

class ProductTest : public PathTest {
protected:
    struct Ran {
        int exit_code;
        std::string output;  // standard output
        std::string errors;  // standard error
    };

    // calendly-brevo <arguments> --config <that of the system>, to its end.
    Ran run(std::vector<std::string> arguments, const harness::Environment& environment = {}) {
        const auto name = "command" + std::to_string(++runs_);
        const auto errors = system_->folder() / (name + ".errors");
        std::vector<std::string> command = {"/bin/sh", "-c", "exec \"$@\" 2>'" + errors.string() + "'", "sh",
                                            harness::AgentProcess::program()};
        command.insert(command.end(), arguments.begin(), arguments.end());
        command.insert(command.end(), {"--config", system_->write_configuration()});
        auto outcome = harness::run(command, system_->folder() / (name + ".output"), environment);
        return {outcome.exit_code, std::move(outcome.output), harness::read_file(errors)};
    }

    // Likewise, with --json; what it prints last.
    json::value run_json(std::vector<std::string> arguments, int exit_code = 0) {
        arguments.emplace_back("--json");
        const auto ran = run(std::move(arguments));
        EXPECT_EQ(ran.exit_code, exit_code) << ran.errors;
        return json::parse(last_line(ran.output));
    }

    // An agent with admin.token "secret"; where its admin address listens.
    std::uint16_t start_agent_with_token() {
        const auto port = harness::free_port();
        system_->options().common["admin"] =
            "{listen: \"127.0.0.1:" + std::to_string(port) + "\", token: secret}";
        system_->start_agent();
        return port;
    }

    static std::string last_line(std::string text) {
        while (text.ends_with('\n')) text.pop_back();
        return text.substr(text.rfind('\n') + 1);
    }

private:
    int runs_ = 0;
};

}  // namespace e2e
