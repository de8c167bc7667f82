// Visitors book on the user's own site: real nginx with the ready block, the agent, Redis, the sandbox's
// Calendly.
#pragma once

#include <string>

#include "e2e/harness/free_port.hpp"
#include "e2e/product/fixture.hpp"

namespace e2e {

class SchedulingTest : public ProductTest {
protected:
    static constexpr const char* origin = "https://www.example.com";

    static std::string ready_block(const std::string& admin_port) {
        auto text = harness::read_file(std::filesystem::path(SOURCE_DIR) / "conf/nginx/booking.conf");
        for (auto at = text.find("127.0.0.1:8719"); at != text.npos; at = text.find("127.0.0.1:8719"))
            text.replace(at, 14, "127.0.0.1:" + admin_port);
        return text;
    }

    static constexpr const char* wide_zones =
        "limit_req_zone $binary_remote_addr zone=booking:1m rate=1000r/s;"
        "limit_req_zone $binary_remote_addr zone=booking_posts:1m rate=1000r/s;";

    // `zones`: for http { }.
    void open(const std::string& more = "", const std::string& zones = wide_zones) {
        admin_ = harness::free_port();
        auto options =
            with({{"scheduling",
                   "{enabled: true, event_types: [discovery_call, demo, "
                   "\"https://api.calendly.com/event_types/GROUPWORKSHOP003\"], allow_origins: [\"" +
                       std::string(origin) + "\"]" + more + "}"}});
        options.common["admin"] = "{listen: \"127.0.0.1:" + std::to_string(admin_) + "\", token: let-me-in}";
        options.nginx_http = zones;
        options.nginx_server = ready_block(std::to_string(admin_));
        lay(std::move(options));
        system_->start_agent();
    }

    harness::HttpResponse ask(harness::HttpRequest request) {
        return harness::send_once(system_->nginx().port(), request);
    }
    harness::HttpResponse get(const std::string& target, harness::Headers headers = {}) {
        return ask({"GET", target, std::move(headers), ""});
    }
    harness::HttpResponse post(const std::string& target, const json::object& body,
                               harness::Headers headers = {}) {
        headers.emplace_back("Content-Type", "application/json");
        return ask({"POST", target, std::move(headers), json::serialize(body)});
    }
    static json::value body_of(const harness::HttpResponse& response) { return json::parse(response.body); }
    std::string first_time(std::size_t n = 0, const std::string& type = "DISCOVERYCALL001") {
        const auto answer = body_of(get("/v1/scheduling/available-times?event_type=" + type));
        return std::string(answer.at("times").as_array().at(n).at("start").as_string());
    }
    static json::object booking(const std::string& start, const std::string& email = "vera@example.org",
                                const char* type = "DISCOVERYCALL001") {
        return {{"event_type", type},
                {"start", start},
                {"name", "Vera Visitor"},
                {"email", email},
                {"timezone", "Asia/Calcutta"}};
    }
    static harness::Headers as_server(const std::string& key) {
        return {{"Idempotency-Key", key}, {"Authorization", "Bearer let-me-in"}};
    }
    harness::HttpResponse book(const std::string& key, const json::object& body) {
        return post("/v1/scheduling/bookings", body, as_server(key));
    }
    // A call is under way that Calendly may have got.
    bool has_sent() {
        auto client = system_->redis().client();
        const auto keys = client.command({"KEYS", "calendly:{calendly}:scheduling:key:*"});
        if (keys->elements == 0) return false;
        const auto state = client.command({"HGET", keys->element[0]->str, "state"});
        return state->str && std::string_view(state->str) == "sent";
    }
    std::size_t posts() {
        std::size_t count = 0;
        for (const auto& call : sandbox().calls("calendly")) count += call == "POST /invitees";
        return count;
    }
    std::size_t booked() { return sandbox().get("/bookings").at("bookings").as_array().size(); }

    std::uint16_t admin_ = 0;
    const std::string key_ = "key-of-vera-00001";
};

}  // namespace e2e
