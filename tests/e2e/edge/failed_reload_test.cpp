// A configuration that nginx gives up leaves no trace in the memory of the one before.
#include "e2e/edge/fixture.hpp"

namespace e2e {
namespace failed_reload_test {

class EdgeFailedReload : public EdgeTest {
protected:
    void start_with_connectors(const std::string& prefix, int count) {
        start_redis();
        write(prefix, count);
        start_nginx({.location = location(redis_->url()), .server = "include " + file() + ";\n"});
    }

    std::string file() const { return (folder_ / "connectors.conf").string(); }

    void write(const std::string& prefix, int count, const std::string& more = "") const {
        std::string locations = more;
        for (int i = 0; i < count; ++i) {
            const std::string name = prefix + std::to_string(i);
            locations += "location = /" + name + " { " + location(redis_->url()) + " }\n";
            locations.replace(locations.rfind(" calendly;"), 10, " " + name + ";");
        }
        harness::write_file(file(), locations);
    }

    void expect_failure(const std::string& line) {
        nginx_->expect_alarm(line);
        const auto before = times_logged(line);
        nginx_->signal(SIGHUP);
        wait_for_log(line, before + 1);
    }

    void expect_success() {
        const auto old = nginx_->workers();
        nginx_->signal(SIGHUP);
        nginx_->wait_for_workers(1, old);
    }

    unsigned post_to(const std::string& name) {
        auto request = delivery("{}");
        request.target = "/" + name;
        return post(request).status;
    }
};

TEST_F(EdgeFailedReload, WithTooManyConnectorsUsesUpNoRoomOfTheNext) {
    start_with_connectors("first-", 3);
    for (int i = 0; i < 3; ++i) {
        write("too-many-" + std::to_string(i) + "-", 1100);
        expect_failure("more than 1024 connectors");
        EXPECT_EQ(post_to("first-2"), 200u) << "the workers of before still serve";
    }
    write("second-", 1000);
    expect_success();
    EXPECT_EQ(post_to("second-999"), 200u);
    EXPECT_EQ(redis_->client().webhooks("second-999").size(), 1u);
}

TEST_F(EdgeFailedReload, ForAnyReasonUsesUpNoRoomOfTheNext) {
    start_with_connectors("first-", 3);
    for (int i = 0; i < 2; ++i) {
        // The address is not this machine's: found out after the shared memory was prepared.
        write("lost-" + std::to_string(i) + "-", 900, "listen 192.0.2.1:80;\n");
        expect_failure("bind() to 192.0.2.1:80 failed");
    }
    write("second-", 1000);
    expect_success();
    EXPECT_EQ(post_to("second-999"), 200u);
}

}  // namespace failed_reload_test
}  // namespace e2e
