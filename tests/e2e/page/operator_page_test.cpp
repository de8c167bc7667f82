// The operators' API of a real agent, call by call, as tests/browser/operator_contract.test.mjs says it.
#include "e2e/harness/free_port.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace operator_page_test {

class OperatorPage : public PathTest {};

TEST_F(OperatorPage, TheApiIsAsDescribed) {
    harness::SystemOptions options;
    lay(std::move(options));
    auto& admin = system_->options().common["admin"];
    const auto port = harness::free_port();
    admin = "{listen: \"127.0.0.1:" + std::to_string(port) + "\", token: secret}";
    system_->start_agent();
    sandbox().book({{"email", "ada@example.com"}});
    settle();
    const auto script = std::filesystem::path(SOURCE_DIR) / "tests/browser/operator_contract.test.mjs";
    const auto outcome =
        harness::run({"node", "--test", script.string()}, system_->folder() / "operator.output",
                     {{"OPERATOR_ORIGIN", "http://127.0.0.1:" + std::to_string(port)},
                      {"OPERATOR_TOKEN", "secret"},
                      {"OPERATOR_CONNECTOR", "calendly"}});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
}

}  // namespace operator_page_test
}  // namespace e2e
