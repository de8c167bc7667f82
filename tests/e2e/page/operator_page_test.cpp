// The operators' page and its API before a real agent: call by call, as
// tests/browser/operator_contract.test.mjs says it, and each action in a real Chromium, as
// operator_agent.test.mjs says it.
#include "e2e/harness/free_port.hpp"
#include "e2e/product/webhook_fixture.hpp"

namespace e2e {
namespace operator_page_test {

class OperatorPage : public WebhookTest {
protected:
    void open() {
        lay_watched("check_every: 1s");
        auto& admin = system_->options().common["admin"];
        origin_ = "127.0.0.1:" + std::to_string(harness::free_port());
        admin = "{listen: \"" + origin_ + "\", token: secret}";
        origin_.insert(0, "http://");
    }

    // A dead letter as the agent writes it.
    void bury_body(const std::string& body, const std::string& reason) {
        system_->redis().client().text({"XADD",
                                        shared::dead_key("calendly"),
                                        "*",
                                        "t",
                                        "1",
                                        "received_ms",
                                        "1795860000000",
                                        "key",
                                        "0",
                                        "body",
                                        body,
                                        "reason",
                                        reason,
                                        "attempts",
                                        "1",
                                        "failed_ms",
                                        "1795860001000",
                                        "response",
                                        "",
                                        "origin_id",
                                        "1795860000000-0"});
    }

    void run_script(const std::string& name) {
        const auto script = std::filesystem::path(SOURCE_DIR) / "tests/browser" / name;
        const auto ports = json::parse(harness::read_file(system_->folder() / "sandbox/ports.json"));
        const auto outcome =
            harness::run({"node", "--test", script.string()}, system_->folder() / "operator.output",
                         {{"OPERATOR_ORIGIN", origin_},
                          {"OPERATOR_TOKEN", "secret"},
                          {"OPERATOR_CONNECTOR", "calendly"},
                          {"SANDBOX_CONTROL", text_at(ports, "/control")},
                          {"SANDBOX_CALENDLY", text_at(ports, "/calendly")}});
        EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
    }

    std::string origin_;
};

TEST_F(OperatorPage, TheApiIsAsDescribed) {
    allow_error("goes to the dead letters");
    open();
    bury_body("no JSON", "x");
    bury_body("no JSON", std::string(700, 'y'));
    for (int i = 0; i < 60; ++i) bury_body(R"({"event":"invitee.created"})", "the body has no payload");
    system_->start_agent();
    sandbox().book({{"email", "ada@example.com"}});
    settle();
    run_script("operator_contract.test.mjs");
}

TEST_F(OperatorPage, EachActionIsDone) {
    allow_error("");  // Brevo and Calendly are made to fail
    open();
    bury_body(R"({"event":"invitee.created","payload":{"email":"big@example.com","filler":")" +
                  std::string(1 << 20, 'x') + "\"}}",
              "too big for a test");
    bury_body("<html>no JSON</html>", "the body is no JSON");
    bury_body(std::string("\xff\xfe\0\x01", 4) + "bytes", "bytes of a test");
    system_->start_agent();
    run_script("operator_agent.test.mjs");
}

}  // namespace operator_page_test
}  // namespace e2e
