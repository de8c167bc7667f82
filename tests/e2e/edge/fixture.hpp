// One Redis, one nginx with our module, and deliveries to it.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include <gmock/gmock.h>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/http_client.hpp"
#include "e2e/harness/nginx.hpp"
#include "e2e/harness/redis_server.hpp"
#include "e2e/harness/wait.hpp"
#include "shared/signature.hpp"

namespace e2e {

inline constexpr std::string_view first_key = "first-signing-key-of-the-tests";
inline constexpr std::string_view second_key = "second-signing-key-of-the-tests";
inline constexpr std::string_view header_name = shared::signature_header_name;

// For a Redis that stands still while a test prepares what it wants to see.
inline constexpr const char* patient_with_redis =
    "calendly_redis_timeout 1m; calendly_redis_connect_timeout 1m;";

using harness::Duration;
using std::chrono::steady_clock;

inline Duration since(steady_clock::time_point begin) {
    return std::chrono::duration_cast<Duration>(steady_clock::now() - begin);
}

inline std::size_t count_in(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

inline std::int64_t now() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

inline harness::HttpRequest unsigned_delivery(std::string body, std::string header) {
    return {.target = harness::Nginx::path,
            .headers = {{std::string(header_name), std::move(header)}, {"Content-Type", "application/json"}},
            .body = std::move(body)};
}

inline harness::HttpRequest delivery(const std::string& body, std::string_view key = first_key,
                                     std::int64_t seconds = now()) {
    return unsigned_delivery(body, shared::sign_delivery(key, seconds, body));
}

class EdgeTest : public testing::Test {
protected:
    // The location of the tests; `more` may add directives or give calendly_redis another URL.
    std::string location(const std::string& redis_url, const std::string& more = "") const {
        return "calendly_webhook calendly; calendly_signing_key_file " + key_file_ + "; calendly_redis " +
               redis_url + "; " + more;
    }

    void start_redis(harness::RedisOptions options = {}) { redis_.emplace(folder_, std::move(options)); }

    void start_nginx(harness::NginxOptions options) { nginx_.emplace(folder_, std::move(options)); }

    // Redis, and an nginx that uses it.
    void start(const std::string& more = "") {
        start_redis();
        start_nginx({.location = location(redis_->url(), more)});
    }

    harness::HttpResponse post(const harness::HttpRequest& request) {
        ++posted_;
        return harness::send_once(nginx_->port(), request);
    }

    harness::HttpResponse post(const std::string& body) { return post(delivery(body)); }

    // Waits until nginx works on so many requests at once.
    void wait_for_requests(std::size_t count) const {
        harness::wait_until([&] { return nginx_->status().requests == count; },
                            "nginx should work on " + std::to_string(count) + " requests");
    }

    std::size_t times_logged(std::string_view text) const { return count_in(nginx_->error_log(), text); }
    bool has_logged(std::string_view text) const { return times_logged(text) > 0; }

    void wait_for_log(const std::string& text, std::size_t times = 1,
                      Duration deadline = harness::default_deadline) const {
        harness::wait_until([&] { return times_logged(text) >= times; }, "in the log: " + text, deadline);
    }

    void wait_for_access(const std::string& text, std::size_t times = 1) const {
        harness::wait_until([&] { return count_in(nginx_->access_log(), text) >= times; },
                            "in the access log: " + text);
    }

    // A client that left while its delivery waits.
    void wait_for_a_client_gone() const { wait_for_access("499 "); }

    // Waits until a delivery is accepted, as after an outage.
    void wait_for_recovery() {
        harness::wait_until([&] { return post("recovered").status == 200; }, "deliveries should be accepted");
    }

    // The access log's last line, once every post() is in it.
    std::string last_access() const {
        std::string log;
        harness::wait_until(
            [&] {
                log = nginx_->access_log();
                return !log.empty() && std::ranges::count(log, '\n') >= posted_;
            },
            "nginx should log the access");
        log.pop_back();
        return log.substr(log.rfind('\n') + 1);
    }

    // Sends a delivery and leaves while it waits for Redis.
    void send_and_leave(const std::string& body) const {
        auto client = send(body);
        harness::wait_until([&] { return client.delivered(); }, "the delivery should reach nginx");
        wait_for_requests(1);
        client.close();
        wait_for_a_client_gone();
    }

    // Redis stands still from here on. Every worker is connected before: one that is still greeting would give
    // up after calendly_redis_connect_timeout, and refuse what was meant to wait.
    void freeze_redis() {
        harness::wait_until(
            [&] {
                const auto clients = redis_->client().text({"CLIENT", "LIST"});
                const auto connected = count_in(clients, "name=calendly-edge ");
                return connected > 0 && connected >= nginx_->workers().size();
            },
            "every worker should be connected to Redis");
        // Redis may answer the youngest client first: its next answer says that all earlier ones are sent.
        redis_->client().text({"PING"});
        redis_->freeze();
    }

    std::size_t stored() const { return redis_->client().webhooks().size(); }

    // A connection on which a delivery was sent and its answer is still due.
    harness::HttpClient send(const std::string& body) const {
        harness::HttpClient client(nginx_->port());
        client.send(delivery(body));
        return client;
    }

    harness::Folder folder_;
    std::string key_file_ = folder_.secret("signing.key", "# both are active\n" + std::string(first_key) +
                                                              "\n" + std::string(second_key) + "\n");
    std::optional<harness::RedisServer> redis_;
    std::optional<harness::Nginx> nginx_;
    std::ptrdiff_t posted_ = 0;
};

}  // namespace e2e
