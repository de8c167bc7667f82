// One call of an API of which the head counts, too: its clock, and what it allows.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "api/rate_limit.hpp"
#include "http/url.hpp"
#include "rules/finding.hpp"

namespace app {

struct Question {
    http::Url url;
    std::string ca_file;
    std::string target;
    std::string credential_field;
    std::string credential;
    std::string limit_field;  // how many calls a window has
};

struct HeardAnswer {
    unsigned status = 0;  // 0: none came
    std::string trouble;  // why none came
    std::string body;
    std::optional<std::chrono::seconds> skew;  // our clock is ahead by so much
    std::optional<long> limit;
};

// When the rate limit is used up it asks once more, a second later.
boost::asio::awaitable<HeardAnswer> ask(boost::asio::any_io_executor executor, Question question);

// Of the moment that a response's Date names; nothing when it names none.
std::optional<std::chrono::sys_seconds> parse_http_date(const std::string& text);

// clock.skew, when the answer tells the time.
void add_clock(const HeardAnswer& answer, const std::string& api, rules::Findings& findings);

// Whether the configured rate fits into `allowed` calls in each `window`.
rules::Finding check_rate(std::string id, const api::RateLimit& configured, std::optional<long> allowed,
                          std::chrono::seconds window, const std::string& fix);

}  // namespace app
