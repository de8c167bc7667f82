// One Redis, one nginx with our module, and deliveries to it.
#pragma once

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

    harness::HttpResponse post(const harness::HttpRequest& request) const {
        return harness::send_once(nginx_->port(), request);
    }

    harness::HttpResponse post(const std::string& body) const { return post(delivery(body)); }

    // Waits for the answer to be in the access log, too; returns its last line.
    std::string last_access() const {
        std::string log;
        harness::wait_until(
            [&] {
                log = nginx_->access_log();
                return log.ends_with('\n');
            },
            "nginx should log the access");
        log.pop_back();
        return log.substr(log.rfind('\n') + 1);
    }

    std::size_t stored() const { return redis_->client().webhooks().size(); }

    harness::Folder folder_;
    std::string key_file_ = folder_.secret("signing.key", "# both are active\n" + std::string(first_key) +
                                                              "\n" + std::string(second_key) + "\n");
    std::optional<harness::RedisServer> redis_;
    std::optional<harness::Nginx> nginx_;
};

}  // namespace e2e
