// Deliveries that nginx finds in one turn of its event loop, each with a name; and what became of them.
#pragma once

#include <map>
#include <sstream>

#include "e2e/edge/one_turn.hpp"
#include "e2e/edge/redis_fixture.hpp"

namespace e2e {

using harness::HttpClient;
using harness::HttpRequest;
using harness::RedisServer;

inline constexpr std::size_t much = 3 * 1024, little = 100, large = 6 * 1024 * 1024;
inline constexpr const char* other_path = "/webhooks/other";

class EdgeTurnTest : public EdgeRedisTest {
protected:
    using Requests = std::vector<HttpRequest>;
    using Statuses = std::vector<unsigned>;

    void start_named_edge(const std::string& url, const std::string& more = patient_with_redis) {
        const auto log = " access_log " + names_log() + " named; client_body_buffer_size 8m; ";
        const auto common = location(url, more + log + "client_max_body_size 8m;");
        auto other = common;
        other.replace(other.find(" calendly;"), 10, " other;");
        start_nginx(
            {.location = common,
             .server = "location = " + std::string(other_path) + " { " + other + " }\n" +
                       "location = /metrics { calendly_metrics; access_log off; }\n",
             .http = "log_format named '$http_x_name $status $calendly_result $calendly_stream_id';"});
    }

    RedisServer& start_redis_for(const std::vector<std::string>& rights) {
        auto& redis = start_node("redis");
        for (const auto& right : rights) redis.client().text({"ACL", "SETUSER", "edge", right});
        redis.client().text({"ACL", "SETUSER", "edge", "on", ">hush-hush"});
        return redis;
    }

    void start_edge_as_user(std::uint16_t port, const std::string& more = patient_with_redis) {
        start_named_edge(
            "redis://edge@127.0.0.1:" + std::to_string(port),
            more + " calendly_redis_password_file " + folder_.secret("redis.password", "hush-hush\n") + ";");
    }

    HttpRequest named(std::size_t size, const char* target = harness::Nginx::path) {
        const auto name = std::to_string(++sent_);
        auto request = delivery(name + ":" + std::string(size, 'x'));
        request.headers.emplace_back("X-Name", name);
        request.target = target;
        return request;
    }

    Requests several(std::size_t count, std::size_t size, const char* target = harness::Nginx::path) {
        Requests requests;
        while (requests.size() < count) requests.push_back(named(size, target));
        return requests;
    }

    // nginx finds all of them at once, in this order.
    std::vector<HttpClient> send_in_one_turn(const Requests& requests) const {
        auto clients = connect(*nginx_, requests.size(), "/status");
        wait_for_requests(0);
        e2e::send_in_one_turn(*nginx_, clients, requests);
        return clients;
    }

    static Statuses answers(std::vector<HttpClient> clients) {
        Statuses statuses;
        for (auto& client : clients) statuses.push_back(client.receive().status);
        return statuses;
    }

    Statuses turn(const Requests& requests) const { return answers(send_in_one_turn(requests)); }

    static std::vector<std::string> bodies(const Requests& requests) {
        std::vector<std::string> bodies;
        for (const auto& request : requests) bodies.push_back(request.body);
        return bodies;
    }

    static std::vector<std::string> stored_bodies(const RedisServer& redis) {
        std::vector<std::string> bodies;
        for (auto& entry : redis.client().webhooks()) bodies.push_back(std::move(entry.body));
        return bodies;
    }

    // The number after `name` in INFO `section`; 0 when it is not there.
    static unsigned long info(const RedisServer& redis, const std::string& section, const std::string& name) {
        const auto text = redis.client().text({"INFO", section});
        const auto at = text.find(name);
        return at == text.npos ? 0 : std::stoul(text.substr(at + name.size()));
    }

    static unsigned long calls(const RedisServer& redis, const std::string& command) {
        return info(redis, "commandstats", "cmdstat_" + command + ":calls=");
    }

    std::string names_log() const { return (folder_ / "names").string(); }

    std::ptrdiff_t named_results(const std::string& result) const {
        std::istringstream lines(harness::read_file(names_log()));
        std::ptrdiff_t count = 0;
        for (std::string line; std::getline(lines, line);) count += line.find(result) != line.npos;
        return count;
    }

    // Compares the access log with the stream, once all that was sent is in it.
    void expect_that_each_has_its_own_id(const RedisServer& redis) const {
        harness::wait_until([&] { return named_results(" ") == sent_; }, "all should be in the access log");
        std::map<std::string, std::string> names;
        for (const auto& entry : redis.client().webhooks())
            names[entry.id] = entry.body.substr(0, entry.body.find(':'));
        std::istringstream log(harness::read_file(names_log()));
        for (std::string name, status, result, id; log >> name >> status >> result >> id;) {
            if (status == "200") {
                EXPECT_EQ(names[id], name) << id;
            }
        }
    }

    static void fill(const RedisServer& redis) {
        redis.client().text({"CONFIG", "SET", "maxmemory", "8mb"});
        redis.client().integer({"SETRANGE", "filler", "16000000", "x"});
    }
    static void drain(const RedisServer& redis) { redis.client().integer({"DEL", "filler"}); }

    std::ptrdiff_t sent_ = 0;
};

}  // namespace e2e
