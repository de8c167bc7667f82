// The booking page in a real Chromium, before a real nginx with the ready block, the agent, Redis and the
// sandbox's Calendly. What visitors do and see is said in tests/browser/agent.test.mjs.
#include "e2e/harness/free_port.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace booking_page_test {

std::string with_port(std::string text, std::uint16_t port) {
    const std::string usual = "127.0.0.1:8719";
    const auto here = "127.0.0.1:" + std::to_string(port);
    for (auto at = text.find(usual); at != text.npos; at = text.find(usual, at + here.size()))
        text.replace(at, usual.size(), here);
    return text;
}

class BookingPage : public PathTest {
protected:
    void open() {
        const auto admin = harness::free_port();
        auto options = with({{"scheduling",
                              "{enabled: true, event_types: [discovery_call, demo], "
                              "allow_origins: [\"https://www.example.com\"], per_address: 1000/h}"}});
        options.common["admin"] = "{listen: \"127.0.0.1:" + std::to_string(admin) + "\"}";
        options.nginx_http =
            "limit_req_zone $binary_remote_addr zone=booking:1m rate=1000r/s;"
            "limit_req_zone $binary_remote_addr zone=booking_posts:1m rate=1000r/s;";
        const auto block = std::filesystem::path(SOURCE_DIR) / "conf/nginx/booking.conf";
        options.nginx_server = with_port(harness::read_file(block), admin);
        start(std::move(options));
    }
};

TEST_F(BookingPage, BeforeTheAgent) {
    allow_error("");  // Calendly is made to fail
    open();
    const auto script = std::filesystem::path(SOURCE_DIR) / "tests/browser/agent.test.mjs";
    const auto ports = system_->folder() / "sandbox/ports.json";
    const auto outcome =
        harness::run({"node", "--test", script.string()}, system_->folder() / "browser.output",
                     {{"BOOKING_ORIGIN", "http://127.0.0.1:" + std::to_string(system_->nginx().port())},
                      {"SANDBOX_CONTROL", text_at(json::parse(harness::read_file(ports)), "/control")}});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
}

}  // namespace booking_page_test
}  // namespace e2e
