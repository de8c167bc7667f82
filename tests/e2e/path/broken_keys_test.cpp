// Keys in Redis that hold what no agent wrote there: named, counted, tried again, and nobody's entry is lost.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace broken_keys_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string ann = "ann@example.org", bob = "bob@example.org";

class PathBrokenKeys : public PathTest {
protected:
    static std::string lease_of(const std::string& person) { return "calendly:{calendly}:lease:" + person; }
    static std::string person_key(const std::string& person) {
        return "calendly:{calendly}:person:" + person;
    }

    std::int64_t redis(std::initializer_list<std::string_view> command) {
        return system_->redis().client().integer(command);
    }

    // Ann's entry waits and health says why; Bob's is done meanwhile.
    void expect_that_it_is_named(const std::string& words) {
        allow_error("a key in Redis is broken");
        sandbox().book({{"email", ann}});
        sandbox().book({{"email", bob}});
        harness::wait_until([&] { return agent().health().body.find(words) != std::string::npos; },
                            "health should name the key");
        harness::wait_until([&] { return sandbox().contact(bob).has_value(); },
                            "Bob should have his contact");
        const auto health = agent().health();
        EXPECT_EQ(health.status, 503u);
        EXPECT_THAT(health.body, AllOf(HasSubstr(R"("status":"degraded")"), HasSubstr(R"("kind":"key")"),
                                       HasSubstr(R"("redis_up":true)"), Not(HasSubstr(ann))));
        EXPECT_THAT(agent().metrics(), HasSubstr(R"(in_trouble{connector="calendly",kind="key"} 1)"));
        EXPECT_THAT(agent().log(), AllOf(HasSubstr(words), Not(HasSubstr(ann))));
    }

    void expect_that_all_is_well() {
        settle();
        EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
        EXPECT_EQ(system_->dead(), 0);
        wait_until_well();
    }
};

TEST_F(PathBrokenKeys, ALeaseThatIsAList) {
    start();
    redis({"RPUSH", lease_of(ann), "x"});
    expect_that_it_is_named("calendly:{calendly}:lease:a...@example.org is a list and should be a string");
    redis({"DEL", lease_of(ann)});
    expect_that_all_is_well();
}

TEST_F(PathBrokenKeys, APersonThatIsAString) {
    start();
    system_->redis().client().text({"SET", person_key(ann), "x"});
    expect_that_it_is_named("calendly:{calendly}:person:a...@example.org is a string and should be a hash");
    redis({"DEL", person_key(ann)});
    expect_that_all_is_well();
}

TEST_F(PathBrokenKeys, ALedgerThatIsNoJson) {
    start();
    redis({"HSET", person_key(ann), "ledger", "{"});
    expect_that_it_is_named("HGETALL calendly:{<connector>}:person:<e-mail>");
    redis({"DEL", person_key(ann)});
    expect_that_all_is_well();
}

// By hand, or by something that is no agent: an agent's lease ends within 20 seconds.
TEST_F(PathBrokenKeys, ALeaseThatNeverEndsEndsAfterALeasesTime) {
    start();
    system_->redis().client().text({"SET", lease_of(ann), "somebody"});
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return agent().has_logged("lasted longer than any agent's lease"); },
                        "the lease should be noticed");
    const auto left = redis({"PTTL", lease_of(ann)});
    EXPECT_GT(left, 0);
    EXPECT_LE(left, 20'000);
    redis({"PEXPIRE", lease_of(ann), "1"});
    expect_that_all_is_well();
}

TEST_F(PathBrokenKeys, DeadLettersMakeHealthDegradedUntilTheyAreGone) {
    expect_error("goes to the dead letters");
    allow_error("goes to the dead letters");
    start();
    wait_until_well();
    sandbox().deliver_bytes("no JSON");
    settle();
    EXPECT_EQ(system_->dead(), 1);
    const auto says = [&](const std::string& words) {
        harness::wait_until([&] { return agent().health().body.find(words) != std::string::npos; },
                            "health should say " + words);
    };
    says(R"("dead_letters":{"count":1,"since":"20)");
    EXPECT_THAT(agent().health().body, HasSubstr(R"("healthy":false,"status":"degraded")"));
    EXPECT_THAT(agent().metrics(), HasSubstr(R"(dead_letter_entries{connector="calendly"} 1)"));
    redis({"DEL", "calendly:{calendly}:dead"});
    says(R"("dead_letters":{"count":0,"since":null})");
    wait_until_well();
}

}  // namespace broken_keys_test
}  // namespace e2e
