// Both APIs over HTTPS: verified, or not spoken to.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace tls_test {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string ann = "ann@example.org";

class PathTls : public PathTest {
protected:
    // An API that is not trusted is never sent anything, and what waits for it stays.
    void expect_refused(const std::string& api) {
        sandbox().book({{"email", ann}});
        harness::wait_until([&] { return agent().has_logged("certificate verify failed: "); },
                            "the log should say why");
        harness::wait_until([&] { return !sandbox().has_pending_deliveries(); },
                            "the webhook should be accepted");
        EXPECT_THAT(agent().log(), HasSubstr(api));
        EXPECT_EQ(agent().stop(), 0);
        EXPECT_EQ(system_->backlog(), 1);
        EXPECT_EQ(system_->dead(), 0);
        EXPECT_THAT(sandbox().events(ann), IsEmpty());
    }

    std::string section(const std::string& url, const std::string& more) {
        return "{api_url: \"" + url + "\", rate_limit: none" + more + "}";
    }
    std::string trust() { return ", ca_file: \"" + sandbox().ca_file() + "\""; }
};

TEST_F(PathTls, WithItsAuthorityWorks) {
    harness::SystemOptions options;
    options.tls = true;
    start(std::move(options));
    EXPECT_THAT((Names{sandbox().calendly_url(), sandbox().brevo_url()}), Each(StartsWith("https://")));
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Discovery Call");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

TEST_F(PathTls, OfBrevoWithoutItsAuthorityIsRefused) {
    harness::SystemOptions options;
    options.tls = true;
    lay(std::move(options));
    system_->options().common["brevo"] = section(sandbox().brevo_url(), ", api_key: sandbox-key");
    system_->start_agent();
    expect_refused("Brevo");
}

TEST_F(PathTls, OfCalendlyWithoutItsAuthorityIsRefused) {
    harness::SystemOptions options;
    options.tls = true;
    lay(std::move(options));
    system_->options().common["calendly"] = section(sandbox().calendly_url(), "");
    system_->start_agent();
    expect_refused("Calendly");
    EXPECT_THAT(sandbox().calls("calendly"), IsEmpty());
}

// The certificate is for localhost, 127.0.0.1 and ::1.
TEST_F(PathTls, OfAnotherHostIsRefused) {
    harness::SystemOptions options;
    options.tls = true;
    options.sandbox = {"--brevo", "127.0.0.2:0"};
    start(std::move(options));
    EXPECT_THAT(sandbox().brevo_url(), StartsWith("https://127.0.0.2:"));
    expect_refused("Brevo");
    EXPECT_THAT(sandbox().calls("brevo"), IsEmpty());
}

TEST_F(PathTls, IsNeededForEverythingButLoopback) {
    lay();
    system_->options().common["brevo"] = section("http://api.brevo.example/v3", ", api_key: sandbox-key");
    const auto checked =
        harness::run({harness::AgentProcess::program(), "check", "--config", system_->write_configuration()},
                     system_->folder() / "check");
    EXPECT_EQ(checked.exit_code, 78);
    EXPECT_THAT(checked.output, HasSubstr("brevo.api_url"));
}

}  // namespace tls_test
}  // namespace e2e
