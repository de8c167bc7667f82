// A connector whose subscription is looked after: the sandbox's Calendly, nginx with a key file, and who
// books meanwhile.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "e2e/product/fixture.hpp"

namespace e2e {

// Books again and again, so many a second, until it is stopped.
class Bookings {
public:
    Bookings(harness::SandboxProcess& sandbox, unsigned a_second) {
        thread_ = std::jthread([this, &sandbox, a_second](const std::stop_token& stop) {
            auto next = std::chrono::steady_clock::now();
            while (!stop.stop_requested()) {
                sandbox.book({{"email", email(count_)}});
                ++count_;
                next += std::chrono::microseconds(1'000'000 / a_second);
                std::this_thread::sleep_until(next);
            }
        });
    }

    static std::string email(unsigned number) { return "guest" + std::to_string(number) + "@example.com"; }
    unsigned count() const { return count_; }
    void stop() {
        thread_.request_stop();
        thread_.join();
    }

private:
    std::atomic<unsigned> count_ = 0;
    std::jthread thread_;
};

class WebhookTest : public ProductTest {
protected:
    using Lines = std::vector<std::string>;

    // `more`: of the section webhook, after url and key file.
    void lay_watched(const std::string& more = "", harness::SystemOptions options = {}) {
        lay(std::move(options));
        configure(more);
    }
    void configure(const std::string& more, const std::string& url = "") {
        auto& connector = system_->options().connectors["calendly"];
        connector["webhook"] = "{url: \"" + (url.empty() ? system_->webhook_url() : url) +
                               "\", signing_key_file: \"" + key_file().string() + "\"" +
                               (more.empty() ? "" : ", " + more) + "}";
    }
    static harness::SystemOptions without_subscription() {
        harness::SystemOptions options;
        options.is_subscribed = false;
        return options;
    }

    std::filesystem::path key_file() const { return system_->folder() / key_file_name_; }
    void use_key_file(const std::string& name) { key_file_name_ = name; }
    Lines keys() const {
        std::istringstream text(harness::read_file(key_file()));
        Lines lines;
        for (std::string line; std::getline(text, line);)
            if (!line.empty() && line.front() != '#') lines.push_back(line);
        return lines;
    }
    std::string reload_command() { return "kill -HUP " + std::to_string(system_->nginx().master()); }

    // Calendly itself, with the owner's token.
    harness::HttpResponse calendly(const std::string& method, const std::string& target,
                                   const json::object& body = {}) {
        return harness::send_once(
            harness::port_of(sandbox().calendly_url()),
            {.method = method,
             .target = target,
             .headers = {{"Authorization", std::string("Bearer ") + harness::SandboxProcess::token},
                         {"Content-Type", "application/json"},
                         {"User-Agent", "test"}},
             .body = body.empty() ? "" : json::serialize(body)});
    }
    std::string account(const char* name) {
        return text_at(sandbox().get("/health"), std::string("/") + name);
    }
    // Gives its URI.
    std::string subscribe(const std::string& url, const std::string& scope, const json::array& events) {
        json::object body{{"url", url},
                          {"events", events},
                          {"organization", account("organization")},
                          {"scope", scope},
                          {"signing_key", std::string(harness::System::signing_key)}};
        if (scope == "user") body["user"] = account("user");
        const auto response = calendly("POST", "/webhook_subscriptions", body);
        if (response.status != 201) throw std::runtime_error("not subscribed: " + response.body);
        return text_at(json::parse(response.body), "/resource/uri");
    }
    json::array listed() {
        const auto response =
            calendly("GET", "/webhook_subscriptions?count=100&scope=organization&organization=" +
                                account("organization"));
        return json::parse(response.body).at("collection").as_array();
    }
    std::string only_uri() { return text_at(listed().at(0), "/uri"); }

    static json::array usual_events() {
        return {"invitee.created", "invitee.canceled", "invitee_no_show.created", "invitee_no_show.deleted"};
    }

    // Makes the subscription that is there at the start be in this state.
    void bring_into(const std::string& state) {
        const auto uri = only_uri();
        const auto id = uri.substr(uri.rfind('/') + 1);
        const auto url = system_->webhook_url();
        if (state == "disabled") sandbox().post("/disable_subscription", {{"subscription", uri}});
        if (state == "duplicate") subscribe(url + "?v=2", "organization", usual_events());
        if (state == "missing" || state.starts_with("wrong"))
            calendly("DELETE", "/webhook_subscriptions/" + id);
        if (state == "wrong_scope") subscribe(url, "user", usual_events());
        if (state == "wrong_events") subscribe(url, "organization", {"invitee.created"});
        if (state == "retrying") {
            sandbox().fault("webhooks", {}, {{"status", 500}}, 1);
            sandbox().book({{"email", "late@example.com"}});
            settle_deliveries();
        }
    }
    void settle_deliveries() {
        harness::wait_until([&] { return !sandbox().has_pending_deliveries(); },
                            "the deliveries should be accepted");
    }

    // How often each status was answered to a delivery.
    std::map<std::string, int> answers() {
        std::map<std::string, int> statuses;
        for (const auto& entry : sandbox().journal("webhooks")) ++statuses[text_at(entry, "/status")];
        return statuses;
    }
    void expect_no_delivery_refused() {
        for (const auto& [status, count] : answers()) EXPECT_EQ(status, "200") << count << " of them";
    }
    // Each of them became a contact.
    void expect_nothing_lost(unsigned from, unsigned to) {
        std::set<std::string> there;
        const auto answer = sandbox().get("/contacts");
        for (const auto& contact : answer.at("contacts").as_array()) there.insert(text_at(contact, "/email"));
        Lines lost;
        for (unsigned i = from; i < to; ++i)
            if (!there.contains(Bookings::email(i))) lost.push_back(Bookings::email(i));
        EXPECT_THAT(lost, testing::IsEmpty());
    }

    std::string health_at(const std::string& member) {
        return text_at(json::parse(agent().health().body), "/connectors/calendly/" + member);
    }
    void wait_for_health(const std::string& member, const std::string& value) {
        harness::wait_until([&] { return health_at(member).find(value) != std::string::npos; },
                            "health should say " + member + ": " + value, harness::Duration(60'000));
    }
    std::string redis(std::initializer_list<std::string_view> arguments) {
        auto client = system_->redis().client();
        const auto reply = client.command(arguments);
        return std::string(shared::text(*reply));
    }

private:
    std::string key_file_name_ = "signing.key";
};

}  // namespace e2e
