// pause and resume.
#include "e2e/product/fixture.hpp"

namespace e2e {
namespace pause_test {

using testing::AllOf;
using testing::HasSubstr;

class ProductPause : public ProductTest {
protected:
    std::int64_t read_by_agents() { return system_->pending(); }

    void wait_until_obeyed(std::size_t agents) {
        harness::wait_until(
            [&] {
                std::size_t paused = 0;
                for (auto& one : system_->agents())
                    paused +=
                        one.running() && one.log().find("paused: nothing new") != std::string::npos ? 1 : 0;
                return paused == agents;
            },
            "every agent should obey");
    }
};

TEST_F(ProductPause, NoAgentConsumesAnythingUntilItIsResumed) {
    start();
    system_->start_agent();
    wait_until_well();
    const auto state = run_json({"pause", "--reason", "Brevo moves"});
    EXPECT_EQ(text_at(state, "/paused"), "true");
    EXPECT_EQ(text_at(state, "/reason"), "Brevo moves");
    EXPECT_THAT(text_at(state, "/by"), HasSubstr("@"));
    wait_until_obeyed(2);
    sandbox().book({{"email", "ann@example.com"}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "it should wait");
    const auto again = run({"pause", "--reason", "another"});
    EXPECT_THAT(again.output, AllOf(HasSubstr("was paused already"), HasSubstr("Brevo moves")));
    EXPECT_EQ(system_->pending(), 0) << "nobody has it";
    EXPECT_EQ(sandbox().contact_count(), 0u);
    EXPECT_EQ(text_at(run_json({"resume"}), "/paused"), "false");
    settle();
    EXPECT_EQ(attribute("ann@example.com", "BOOKING_STATUS"), "booked");
    EXPECT_THAT(run({"resume"}).output, HasSubstr("it was not paused"));
}

// Many ask together, and each gets its own answer.
TEST_F(ProductPause, OfManyConnectorsOneIsPausedAndAnotherHasABrokenKey) {
    lay();
    auto& connectors = system_->options().connectors;
    for (int i = 1; i <= 20; ++i) connectors["idle-" + std::to_string(i)] = harness::usual_connector();
    allow_error("idle-7}:pause");
    system_->redis().client().command({"SET", shared::connector_key("idle-7", "pause"), "not a hash"});
    EXPECT_EQ(run({"pause", "--connector", "calendly"}).exit_code, 0);
    system_->start_agent();
    wait_until_obeyed(1);
    harness::wait_until([&] { return agent().health().body.find("idle-7}:pause") != std::string::npos; },
                        "health should name the key");
    sandbox().book({{"email", "ann@example.com"}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "it should wait");
    EXPECT_EQ(run({"resume", "--connector", "calendly"}).exit_code, 0);
    settle();
    EXPECT_EQ(attribute("ann@example.com", "BOOKING_STATUS"), "booked");
    const auto log = agent().log();
    EXPECT_EQ(log.find("paused: nothing new"), log.rfind("paused: nothing new")) << "no other one is";
}

TEST_F(ProductPause, OutlivesAnAgent) {
    lay();
    EXPECT_EQ(run({"pause"}).exit_code, 0);
    system_->start_agent();
    wait_until_obeyed(1);
    sandbox().book({{"email", "ann@example.com"}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "it should wait");
    EXPECT_EQ(agent().stop(), 0);
    EXPECT_EQ(system_->pending(), 0);
    system_->start_agent();
    harness::wait_until([&] { return agent().log().find("paused: nothing new") != std::string::npos; },
                        "the new one should know");
    EXPECT_EQ(system_->backlog(), 1);
    EXPECT_THAT(run({"resume"}).output, HasSubstr("resumed; it was paused since"));
    settle();
    EXPECT_EQ(sandbox().contact_count(), 1u);
}

TEST_F(ProductPause, AFullRedisCanBePaused) {
    lay();
    auto client = system_->redis().client();
    client.text({"CONFIG", "SET", "maxmemory", "1"});
    const auto paused = run({"pause"});
    EXPECT_EQ(paused.exit_code, 0) << paused.errors;
    EXPECT_EQ(run({"resume"}).exit_code, 0);
    client.text({"CONFIG", "SET", "maxmemory", "0"});
}

}  // namespace pause_test
}  // namespace e2e
