// Trouble of the machine: entries wait until it is over, health says so, and no dead letter comes of it.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

#include "e2e/path/fixture.hpp"

namespace e2e {
namespace machine_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PathMachine : public PathTest {
protected:
    ~PathMachine() override { restore_program(); }

    void restore_program() const {
        if (is_named_)
            ::setenv("AGENT_PROGRAM", program_.c_str(), 1);
        else
            ::unsetenv("AGENT_PROGRAM");
    }

    void book(int count) {
        for (int i = 0; i < count; ++i)
            sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"},
                            {"timezone", "America/New_York"},
                            {"start_time", "2030-05-06T02:00:00Z"}});
    }

    // Descriptors that the agent may have.
    void allow_descriptors(rlim_t count) {
        const rlimit limit{count, 4096};
        ASSERT_EQ(::prlimit(agent().id(), RLIMIT_NOFILE, &limit, nullptr), 0);
    }

    // An agent that sees a folder of time zones of its own, as `spoil` (a shell's line) leaves it. Gives the
    // folder.
    std::filesystem::path use_own_zones(const std::string& spoil) {
        const auto folder = system_->folder() / "zoneinfo";
        const auto script = system_->folder() / "agent-with-own-zones";
        harness::write_file(script, "#!/bin/sh\nset -e\ncp -r /usr/share/zoneinfo " + folder.string() +
                                        "\ncd " + folder.string() + "\n" + spoil + "\ncd /\nmount --bind " +
                                        folder.string() + " /usr/share/zoneinfo\nexec " + program_ +
                                        " \"$@\"\n");
        const auto outer = system_->folder() / "agent";
        harness::write_file(outer, "#!/bin/sh\nexec unshare -m " + script.string() + " \"$@\"\n");
        for (const auto& file : {script, outer})
            std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        ::setenv("AGENT_PROGRAM", outer.c_str(), 1);
        return folder;
    }

private:
    const bool is_named_ = std::getenv("AGENT_PROGRAM") != nullptr;
    const std::string program_ = harness::AgentProcess::program().string();
};

TEST_F(PathMachine, WithoutDescriptorsEntriesWait) {
    allow_error("");
    start();
    wait_until_well();
    for (const rlim_t count : {3, 12}) {
        allow_descriptors(count);
        book(5);
        harness::wait_until([&] { return agent().has_logged("Too many open files"); }, "it should be said");
        EXPECT_EQ(system_->dead(), 0);
        EXPECT_TRUE(agent().running());
        allow_descriptors(4096);
        settle();
    }
    EXPECT_EQ(system_->dead(), 0);
    EXPECT_EQ(sandbox().contact_count(), 5u);
    wait_until_well();
}

TEST_F(PathMachine, ZonesThatVanishLaterDoNotMatter) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs a mount namespace";
    lay();
    const auto zones = use_own_zones("true");
    system_->start_agent();
    wait_until_well();
    std::filesystem::remove_all(zones / "America");
    std::filesystem::resize_file(zones / "Etc/UTC", 20);
    book(3);
    settle();
    EXPECT_EQ(system_->dead(), 0);
    EXPECT_THAT(attribute("guest0@example.org", "MEETING_DATE"), HasSubstr("2030-05-05T22:00:00-04:00"));
}

TEST_F(PathMachine, ADamagedZoneIsSaidAtTheStartAndItsBookingsWaitForIt) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs a mount namespace";
    expect_error("zoneinfo/America/New_York is missing or damaged: reinstall tzdata");
    allow_error("is missing or damaged");  // some zones have two names
    lay();
    const auto zones = use_own_zones("truncate -s 200 America/New_York");
    system_->start_agent();
    book(2);
    sandbox().book({{"email", "other@example.org"}, {"timezone", "Europe/Paris"}});
    harness::wait_until([&] { return agent().health().body.find("America/New_York") != std::string::npos; },
                        "health should name the zone");
    EXPECT_THAT(agent().health().body,
                AllOf(HasSubstr(R"("status":"unhealthy")"), HasSubstr(R"("kind":"machine")"),
                      HasSubstr("time zones (package tzdata)"), Not(HasSubstr("guest0"))));
    harness::wait_until([&] { return attribute("other@example.org", "BOOKING_STATUS") == "booked"; },
                        "another zone's booking should be done");
    EXPECT_EQ(system_->dead(), 0);
    std::filesystem::copy_file("/usr/share/zoneinfo/America/New_York", zones / "America/New_York",
                               std::filesystem::copy_options::overwrite_existing);
    settle();
    EXPECT_THAT(attribute("guest1@example.org", "MEETING_DATE"), HasSubstr("2030-05-05T22:00:00-04:00"));
    EXPECT_EQ(system_->dead(), 0);
    wait_until_well();
}

TEST_F(PathMachine, WithoutAnyZoneItDoesNotStartAndNamesThePackage) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs a mount namespace";
    for (const auto* spoil : {"rm -rf ./*", "rm -rf Etc/UTC"}) {
        lay();
        use_own_zones(spoil);
        const auto configuration = system_->write_configuration();
        const auto ended =
            harness::run({(system_->folder() / "agent").string(), "agent", "-c", configuration},
                         system_->folder() / "ended.log");
        EXPECT_EQ(ended.exit_code, 1) << ended.output;
        EXPECT_THAT(ended.output, AllOf(HasSubstr("package tzdata"), HasSubstr("reinstall tzdata")));
        restore_program();
    }
}

}  // namespace machine_test
}  // namespace e2e
