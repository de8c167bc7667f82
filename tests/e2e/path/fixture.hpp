// The whole path: signed webhook -> nginx -> Redis -> agent -> Calendly's links -> Brevo.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "e2e/harness/leaks.hpp"
#include "e2e/harness/system.hpp"

namespace e2e {

namespace json = boost::json;
using Names = std::vector<std::string>;

// The answer's member at a JSON pointer, as text; "(none)" when there is none.
inline std::string text_at(const json::value& value, const std::string& pointer) {
    boost::system::error_code error;
    const auto* found = value.find_pointer(pointer, error);
    if (!found) return "(none)";
    return found->is_string() ? std::string(found->as_string()) : json::serialize(*found);
}

class PathTest : public testing::Test {
protected:
    // Everything but the agent.
    void lay(harness::SystemOptions options = {}) { system_.emplace(std::move(options)); }

    // Everything.
    void start(harness::SystemOptions options = {}) {
        lay(std::move(options));
        system_->start_agent();
    }

    // The usual connector with some sections changed.
    static harness::SystemOptions with(const harness::Sections& sections) {
        harness::SystemOptions options;
        for (const auto& [name, text] : sections) options.connectors["calendly"][name] = text;
        return options;
    }

    // Error lines that the agent's log may have; with expect_error() it must have one. "" allows all.
    void allow_error(const std::string& text) { allowed_errors_.push_back(text); }
    void expect_error(const std::string& text) {
        allow_error(text);
        expected_errors_.push_back(text);
    }

    harness::SandboxProcess& sandbox() { return system_->sandbox(); }
    harness::AgentProcess& agent() { return system_->agent(); }
    void settle() { system_->settle(); }
    // The account has been read, among other things.
    void wait_until_well() {
        harness::wait_until([&] { return agent().health().status == 200; }, "the agent should be well");
    }

    // "(none)" when the contact or the attribute does not exist.
    std::string attribute(const std::string& email, const std::string& name) {
        const auto contact = sandbox().contact(email);
        return contact ? text_at(*contact, "/attributes/" + name) : "(none)";
    }
    std::string lists(const std::string& email) {
        const auto contact = sandbox().contact(email);
        return contact ? text_at(*contact, "/listIds") : "(none)";
    }

    // What this test did not spoil on purpose must be well at its end.
    void TearDown() override {
        if (!system_) return;
        const harness::Secrets secrets(*system_);
        EXPECT_THAT(harness::leaks_in_pages(*system_, secrets), testing::IsEmpty());
        std::string logs;
        for (auto& agent : system_->agents()) {
            if (agent.running()) {
                EXPECT_EQ(agent.stop(), 0) << "of SIGTERM";
            }
            logs += agent.log();
        }
        EXPECT_THAT(harness::unexpected_errors(logs, allowed_errors_), testing::IsEmpty());
        EXPECT_THAT(harness::leaks_in_files(*system_, secrets), testing::IsEmpty());
        for (const auto& text : expected_errors_) EXPECT_THAT(logs, testing::HasSubstr(text));
        EXPECT_EQ(sandbox().stop(), 0);
        EXPECT_EQ(harness::alarming_lines(system_->folder().path()), "");
        if (HasFailure()) std::cerr << logs;
    }

    std::optional<harness::System> system_;

private:
    std::vector<std::string> allowed_errors_, expected_errors_;
};

}  // namespace e2e
