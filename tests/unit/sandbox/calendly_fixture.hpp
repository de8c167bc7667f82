// One Calendly whose API is called without HTTP, and comparison with the fixtures.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sandbox/calendly_api.hpp"
#include "unit/sandbox/support.hpp"

namespace sandbox_test {

namespace json = boost::json;
using namespace std::chrono_literals;

inline const sandbox::Instant monday = *sandbox::parse_instant("2026-05-04T12:00:00Z");

class SandboxCalendly : public testing::Test {
protected:
    sandbox::Answer send(std::string_view method, const std::string& target, std::string body = {}) {
        return api.handle(call(method, target, std::move(body)), monday);
    }
    sandbox::Answer get(const std::string& target) { return send("GET", target); }
    json::value resource(const std::string& target) {
        const auto answer = get(target);
        EXPECT_EQ(answer.status, 200U) << target;
        return answer.body->at("resource");
    }
    const sandbox::Invitee& book(std::string email, sandbox::Instant start = monday + 21h,
                                 const char* type = "DISCOVERYCALL001") {
        sandbox::BookingRequest request;
        request.event_type = type;
        request.email = std::move(email);
        request.name = "Ann Bee";
        request.timezone = "Europe/Oslo";
        request.start = start;
        return state.book(std::move(request), monday);
    }
    std::vector<std::string> told() const {
        std::vector<std::string> events;
        for (const auto& occurrence : occurrences) events.push_back(occurrence.event);
        return events;
    }
    static std::string path_of(const std::string& uri) { return uri.substr(sandbox::calendly_origin.size()); }
    std::string organization() const { return sandbox::calendly_uri("organizations", state.organization()); }
    std::string in_organization() const { return "organization=" + organization(); }

    sandbox::CalendlyState state{monday};
    sandbox::Subscriptions subscriptions;
    std::vector<sandbox::Occurrence> occurrences;
    sandbox::CalendlyApi api{
        state, subscriptions, "sandbox-token", sandbox::Rate{500, 60s},
        [this](const sandbox::Occurrence& occurrence) { occurrences.push_back(occurrence); }};
};

// Every key of `expected` is in `actual`, with a value of the same kind unless either is null.
inline void expect_shape(const json::value& expected, const json::value& actual, const std::string& where) {
    if (expected.is_null() || actual.is_null()) return;
    if (expected.is_number() && actual.is_number()) return;
    ASSERT_EQ(expected.kind(), actual.kind()) << where;
    if (where.ends_with(".location") || !expected.is_object()) return;
    for (const auto& member : expected.get_object()) {
        const std::string path = where + "." + std::string(member.key());
        const auto* found = actual.get_object().if_contains(member.key());
        ASSERT_TRUE(found) << path;
        expect_shape(member.value(), *found, path);
    }
}

inline json::value fixture(const std::string& name) {
    std::ifstream in(std::string(FIXTURES_DIR) + "/" + name);
    return json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

}  // namespace sandbox_test
