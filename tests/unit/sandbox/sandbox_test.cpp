// The sandbox as a whole, in this process: listeners, TLS, faults, control.
#include "sandbox/sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/use_awaitable.hpp>

#include "unit/sandbox/support.hpp"
#include "unit/temporary_folder.hpp"

namespace sandbox_test {

namespace asio = boost::asio;
namespace json = boost::json;
using sandbox_test::run;
using sandbox_test::run_until;

struct Told {
    unsigned status = 0;  // 0: no answer
    json::value body;
    std::string error;
};

class SandboxProcess : public testing::Test {
protected:
    static sandbox::Options options() {
        sandbox::Options options;
        options.world.calendly_rate = {};
        options.world.brevo_rate = {};
        return options;
    }
    Told ask(std::string_view method, const std::string& url, const std::string& body = {}) {
        auto request = sandbox_test::request(method, body);
        request.set("Authorization", "Bearer sandbox-token");
        request.set("User-Agent", "test");
        request.set("api-key", "sandbox-key");
        auto result = run(io, sandbox::send_once(url, std::move(request), tls, {}));
        if (!result.error.empty()) return {0, nullptr, result.error};
        const auto& text = result.response.body();
        return {result.response.result_int(), text.empty() ? json::value(nullptr) : json::parse(text), ""};
    }
    Told control(std::string_view method, const std::string& path, const std::string& body = {}) {
        return ask(method, running.addresses().control + path, body);
    }
    Told brevo(std::string_view method, const std::string& path, const std::string& body = {}) {
        return ask(method, running.addresses().brevo + path, body);
    }
    Told calendly(std::string_view method, const std::string& path, const std::string& body = {}) {
        return ask(method, running.addresses().calendly + path, body);
    }

    asio::io_context io{1};
    asio::ssl::context tls{asio::ssl::context::tls_client};
    sandbox::Sandbox running{io, options()};
};

TEST_F(SandboxProcess, ABookingIsSeenThroughTheApi) {
    const auto booked = control("POST", "/book", R"({"email": "Ann@x.org", "name": "Ann Bee",
        "questions_and_answers": {"Company": "Dock"}, "created_at": "2026-01-02T03:04:05.678901Z"})");
    ASSERT_EQ(booked.status, 201U);
    const std::string uri(booked.body.at("invitee").at("uri").as_string());
    const auto invitee = calendly("GET", uri.substr(sandbox::calendly_origin.size()));
    EXPECT_EQ(invitee.body.at("resource"), booked.body.at("invitee"));
    EXPECT_EQ(invitee.body.at("resource").at("created_at"), "2026-01-02T03:04:05.678901Z");
    EXPECT_EQ(invitee.body.at("resource").at("questions_and_answers"),
              json::parse(R"([{"question": "Company", "answer": "Dock", "position": 0}])"));
    EXPECT_EQ(control("GET", "/bookings?email=ann@X.org").body.at("bookings").as_array().size(), 1U);
}

TEST_F(SandboxProcess, AWholeStoryIsDelivered) {
    running.world().deliveries->hold();
    const json::object subscription{{"url", "http://127.0.0.1:1/"},
                                    {"scope", "organization"},
                                    {"organization", control("GET", "/health").body.at("organization")},
                                    {"events", json::value_from(sandbox::webhook_events())}};
    ASSERT_EQ(calendly("POST", "/webhook_subscriptions", json::serialize(subscription)).status, 201U);
    const auto act = [&](const std::string& path, json::object body) {
        const auto told = control("POST", path, json::serialize(body));
        EXPECT_EQ(told.status, 201U) << path << json::serialize(told.body);
        return told.body;
    };
    const auto booked = act("/book", {{"email", "a@x.org"}, {"name", "A"}});
    const auto moved =
        act("/reschedule", {{"invitee", booked.at("invitee").at("uri")}, {"order", "created_first"}});
    act("/no_show", {{"invitee", moved.at("invitee_id")}});
    act("/undo_no_show", {{"invitee", moved.at("invitee_id")}});
    act("/cancel", {{"invitee", moved.at("invitee_id")}, {"by", "host"}, {"reason", "Ill"}});
    act("/routing_form", {{"questions_and_answers", {{"E-mail", "a@x.org"}}}});
    std::vector<std::string> events;
    const auto held = control("GET", "/held").body;
    for (const auto& delivery : held.at("held").as_array())
        events.emplace_back(delivery.at("event").as_string());
    EXPECT_THAT(events, testing::ElementsAre("invitee.created", "invitee.created", "invitee.canceled",
                                             "invitee_no_show.created", "invitee_no_show.deleted",
                                             "invitee.canceled", "routing_form_submission.created"));
    EXPECT_EQ(
        act("/release", {{"order", "shuffled"}, {"seed", 3}, {"copies", 2}}).at("released").as_array().size(),
        14U);
    run_until(io, [&] { return running.world().journal->after(0, sandbox::Api::webhooks, 14).size() == 14; });
}

TEST_F(SandboxProcess, ManyThingsHappenInOneCallWithIdsOfOnesOwn) {
    const auto played = control("POST", "/play", R"({"actions": [
        {"do": "book", "email": "ann@x.org", "name": "Ann Bee", "timezone": null, "invitee_id": "A", "event_id": "EA"},
        {"do": "no_show", "invitee": "A", "no_show_id": "N"},
        {"do": "undo_no_show", "invitee": "A"},
        {"do": "reschedule", "invitee": "A", "new_invitee_id": "B", "new_event_id": "EB", "name": "Bea",
         "questions_and_answers": {"Role": "Cook"}},
        {"do": "cancel", "invitee": "B", "by": "host"}]})");
    ASSERT_EQ(played.status, 201U) << json::serialize(played.body);
    EXPECT_EQ(played.body.at("played").as_array().size(), 5U);
    const auto old_half = calendly("GET", "/scheduled_events/EA/invitees/A").body.at("resource");
    EXPECT_EQ(old_half.at("timezone"), nullptr);
    EXPECT_EQ(old_half.at("new_invitee"), "https://api.calendly.com/scheduled_events/EB/invitees/B");
    const auto new_half = calendly("GET", "/scheduled_events/EB/invitees/B").body.at("resource");
    EXPECT_EQ(new_half.at("name"), "Bea");
    EXPECT_EQ(new_half.at("status"), "canceled");
    EXPECT_EQ(new_half.at("questions_and_answers").at(0).at("answer"), "Cook");
}

TEST_F(SandboxProcess, WhatIsPlayedEndsWhereItIsRefused) {
    const auto refused = control("POST", "/play", R"({"actions": [
        {"do": "book", "email": "ann@x.org", "name": "Ann", "invitee_id": "A"},
        {"do": "book", "email": "ann@x.org", "name": "Ann", "invitee_id": "A"},
        {"do": "book", "email": "ann@x.org", "name": "Ann"}]})");
    EXPECT_EQ(refused.status, 409U);
    EXPECT_EQ(refused.body.at("message"), "actions[1]: The invitee already exists");
    EXPECT_EQ(control("GET", "/bookings").body.at("bookings").as_array().size(), 1U);
    const auto unknown = control("POST", "/play", R"({"actions": [{"do": "dance"}]})");
    EXPECT_EQ(unknown.status, 400U);
    EXPECT_EQ(unknown.body.at("details").at(0).at("parameter"), "actions[0].do");
}

TEST_F(SandboxProcess, ControlNamesWhatIsWrong) {
    EXPECT_EQ(control("POST", "/book", R"({"email": "a@x.org"})").body.at("details").at(0).at("parameter"),
              "name");
    EXPECT_EQ(control("POST", "/book", R"({"email": "a@x.org", "name": "A", "event_type": "NONE"})").status,
              404U);
    EXPECT_EQ(control("POST", "/book", "{").status, 400U);
    EXPECT_EQ(control("GET", "/book").status, 405U);
    EXPECT_EQ(control("GET", "/nothing").status, 404U);
    EXPECT_EQ(control("POST", "/cancel", R"({"invitee": "nobody"})").status, 404U);
    EXPECT_EQ(control("POST", "/release", R"({"ids": [7]})").status, 400U);
    EXPECT_EQ(control("GET", "/journal?after=x").status, 400U);
}

TEST_F(SandboxProcess, ALostAnswerWasStillProcessed) {
    control("POST", "/faults", R"({"api": "brevo", "action": {"cut": "after"}})");
    EXPECT_EQ(brevo("POST", "/contacts", R"({"email": "a@x.org"})").status, 0U);
    EXPECT_EQ(control("GET", "/contacts/A@x.org").body.at("email"), "a@x.org");
    EXPECT_EQ(brevo("GET", "/contacts/a%40x.org").status, 200U) << "once only";
}

TEST_F(SandboxProcess, ACutRequestWasNotProcessed) {
    control("POST", "/faults",
            R"({"api": "brevo", "match": {"path_prefix": "/contacts"}, "action": {"cut": "before"}})");
    EXPECT_EQ(brevo("POST", "/contacts", R"({"email": "a@x.org"})").status, 0U);
    EXPECT_EQ(control("GET", "/contacts/a@x.org").status, 404U);
}

TEST_F(SandboxProcess, AFaultAnswersInsteadAndIsSlowOnDemand) {
    control("POST", "/faults", R"({"api": "calendly", "action": {"delay_ms": 50, "status": 503,
        "body": {"title": "Busy"}, "headers": {"Retry-After": "7"}}})");
    const auto began = std::chrono::steady_clock::now();
    const auto refused = calendly("GET", "/users/me");
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.body.at("title"), "Busy");
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(50));
    control("POST", "/faults", R"({"api": "calendly", "times": -1, "action": {"status": 500}})");
    EXPECT_EQ(calendly("GET", "/users/me").status, 500U);
    control("DELETE", "/faults");
    EXPECT_EQ(calendly("GET", "/users/me").status, 200U);
}

TEST_F(SandboxProcess, TheJournalTellsEverything) {
    brevo("POST", "/contacts", R"({"email": "a@x.org", "attributes": {"NOPE": "x"}})");
    const auto journal = control("GET", "/journal?api=brevo").body;
    const auto& entry = journal.at("entries").at(0);
    EXPECT_EQ(entry.at("method"), "POST");
    EXPECT_EQ(entry.at("path"), "/contacts");
    EXPECT_EQ(entry.at("body").at("email"), "a@x.org");
    EXPECT_EQ(entry.at("status"), 201);
    EXPECT_EQ(entry.at("dropped"), json::parse(R"(["NOPE"])"));
    EXPECT_TRUE(control("GET", "/journal?after=1&wait_ms=20").body.at("entries").as_array().empty());
}

TEST_F(SandboxProcess, OnlyJsonBodiesAreRead) {
    auto request = sandbox_test::request("POST", R"({"email": "a@x.org"})");
    request.set("api-key", "sandbox-key");
    request.set(boost::beast::http::field::content_type, "text/plain");
    const auto url = running.addresses().brevo + "/contacts";
    EXPECT_EQ(run(io, sandbox::send_once(url, std::move(request), tls, {})).response.result_int(), 415U);
}

TEST_F(SandboxProcess, TheAccountCanBeFurnished) {
    EXPECT_EQ(control("POST", "/brevo/attributes", R"({"name": "SCORE", "type": "float"})").status, 201U);
    EXPECT_EQ(control("POST", "/brevo/attributes", R"({"name": "SCORE", "type": "float"})").status, 400U);
    EXPECT_EQ(control("POST", "/brevo/lists", R"({"id": 30, "name": "New"})").status, 201U);
    EXPECT_EQ(control("POST", "/event_types", R"({"id": "abc123", "name": "Talk"})").status, 201U);
    EXPECT_EQ(
        brevo("POST", "/contacts", R"({"email": "a@x.org", "listIds": [30], "attributes": {"SCORE": 1}})")
            .status,
        201U);
    EXPECT_EQ(calendly("GET", "/event_types/abc123").body.at("resource").at("name"), "Talk");
    brevo("POST", "/events", R"({"event_name": "x", "identifiers": {"email_id": "a@x.org"}})");
    EXPECT_EQ(control("GET", "/events?email=A@x.org").body.at("last"), 1);
}

asio::awaitable<bool> stop(sandbox::Sandbox& sandbox) {
    co_await sandbox.stop();
    co_return true;
}

TEST_F(SandboxProcess, StopsWhileSomebodyWaitsForTheJournal) {
    std::optional<unsigned> status;
    asio::co_spawn(
        io,
        sandbox::send_once(running.addresses().control + "/journal?wait_ms=60000",
                           sandbox_test::request("GET"), tls, {}),
        [&](std::exception_ptr, sandbox::OneShotResult result) { status = result.response.result_int(); });
    run_until(io, [&] { return running.world().journal->waiting() == 1; });
    EXPECT_TRUE(run(io, stop(running)));
    run_until(io, [&] { return status.has_value(); });
    EXPECT_EQ(status, 200U);
}

TEST(SandboxTls, ServesWithItsOwnAuthority) {
    const unit::TemporaryFolder folder;
    asio::io_context io{1};
    sandbox::Options options;
    options.tls_directory = folder.path();
    sandbox::Sandbox running(io, options);
    const auto status_with = [&](asio::ssl::context& tls) {
        auto request = sandbox_test::request("GET");
        request.set("Authorization", "Bearer sandbox-token");
        request.set("User-Agent", "test");
        return run(
            io, sandbox::send_once(running.addresses().calendly + "/users/me", std::move(request), tls, {}));
    };
    EXPECT_TRUE(running.addresses().brevo.starts_with("https://127.0.0.1:"));
    asio::ssl::context trusting(asio::ssl::context::tls_client);
    trusting.load_verify_file((folder.path() / "ca.pem").string());
    EXPECT_EQ(status_with(trusting).response.result_int(), 200U);
    asio::ssl::context strange(asio::ssl::context::tls_client);
    strange.set_default_verify_paths();
    EXPECT_THAT(status_with(strange).error, testing::HasSubstr("verify failed"));
    const auto key_permissions = std::filesystem::status(folder.path() / "server.key").permissions();
    EXPECT_EQ(key_permissions, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(SandboxBare, HasNoListsAndThreeAttributes) {
    asio::io_context io{1};
    sandbox::Options options;
    options.world.bare_brevo = true;
    sandbox::Sandbox running(io, options);
    EXPECT_EQ(running.world().brevo.attributes().list().size(), 3U);
    EXPECT_TRUE(running.world().brevo.lists().empty());
}

}  // namespace sandbox_test
