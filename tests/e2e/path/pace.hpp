// What the sandbox's journal says about the pace of an agent's calls.
#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "calendly/timestamp.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {

using Journal = std::vector<json::object>;

inline calendly::Timestamp time_of(const json::object& call) {
    return calendly::parse_timestamp(text_at(call, "/at")).value();
}

inline double seconds_between(const json::object& a, const json::object& b) {
    return std::chrono::duration<double>(time_of(b) - time_of(a)).count();
}

inline bool is_refused(const json::object& call) {
    return text_at(call, "/status") == "429";
}

inline std::size_t count_refused(const Journal& calls) {
    return static_cast<std::size_t>(std::ranges::count_if(calls, is_refused));
}

inline Journal calls_to(Journal calls, std::string_view path_prefix) {
    std::erase_if(calls, [&](const auto& call) { return !text_at(call, "/path").starts_with(path_prefix); });
    return calls;
}

// `calls` are those that share the limit. Together they come no faster, and hardly one is refused. A machine
// that stands still for a moment brings the calls of one second into the next, however evenly they were sent:
// the API may refuse one of them, and all of them take a moment less.
inline void expect_paced(const Journal& calls, double limit_a_second) {
    constexpr double longest_stall = 0.5;
    ASSERT_GT(calls.size(), 1u);
    const auto gaps = static_cast<double>(calls.size() - 1);
    EXPECT_GE(seconds_between(calls.front(), calls.back()) + longest_stall, gaps / limit_a_second);
    EXPECT_LE(count_refused(calls), 1 + calls.size() / 20);
}

// Brevo counts contacts and events separately.
inline void expect_brevo_paced(const Journal& brevo, double limit_a_second) {
    for (const auto* limited : {"/contacts", "/events"})
        expect_paced(calls_to(brevo, limited), limit_a_second);
}

}  // namespace e2e
