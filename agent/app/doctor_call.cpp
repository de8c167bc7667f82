#include "app/doctor_call.hpp"

#include <charconv>
#include <sstream>

#include <date/date.h>
#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/client.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds most_skew = 60s;

std::string field_of(const http::Response& response, const std::string& name) {
    const auto found = response.find(name);
    return found == response.end() ? std::string() : std::string(found->value());
}

boost::asio::awaitable<HeardAnswer> ask_once(boost::asio::any_io_executor executor, Question question) {
    http::Client client(std::move(executor), question.url,
                        http::ClientOptions{.ca_file = question.ca_file, .max_idle = 0});
    http::Request request(http::Verb::get, question.target, 11);
    request.set(question.credential_field, question.credential);
    request.set(http::Field::accept, "application/json");
    request.set(http::Field::connection, "close");
    const auto always = [] { return true; };
    auto response = co_await client.send(std::move(request), always, true);
    HeardAnswer answer;
    if (!response) {
        answer.trouble = fmt::format("{}: {}", question.url.origin(), response.error().message());
        co_return answer;
    }
    answer.status = response->result_int();
    answer.body = std::move(response->body());
    if (const auto time = parse_http_date(field_of(*response, "Date")))
        answer.skew = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - *time;
    const auto limit = field_of(*response, question.limit_field);
    long number = 0;
    const auto read = std::from_chars(limit.data(), limit.data() + limit.size(), number);
    if (read.ec == std::errc() && number > 0) answer.limit = number;
    co_return answer;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(const std::string& text) {
    std::istringstream stream(text);
    std::chrono::sys_seconds time;
    stream >> date::parse("%a, %d %b %Y %H:%M:%S GMT", time);
    if (stream.fail()) return std::nullopt;
    return time;
}

boost::asio::awaitable<HeardAnswer> ask(boost::asio::any_io_executor executor, Question question) {
    auto answer = co_await ask_once(executor, question);
    if (answer.status != 429) co_return answer;
    // Others use the account, too; the shortest window of both APIs is a second.
    boost::asio::steady_timer window(executor, 1s);
    co_await window.async_wait(boost::asio::use_awaitable);
    answer = co_await ask_once(std::move(executor), std::move(question));
    co_return answer;
}

void add_clock(const HeardAnswer& answer, const std::string& api, rules::Findings& findings) {
    if (!answer.skew) return;
    const auto skew = *answer.skew;
    const auto summary = fmt::format("this clock is {} s {} {}'s", std::chrono::abs(skew).count(),
                                     skew < 0s ? "behind" : "ahead of", api);
    if (std::chrono::abs(skew) <= most_skew)
        findings.push_back(rules::well("clock.skew", summary));
    else
        findings.push_back(rules::warning("clock.skew", summary,
                                          "signatures count as too old or too new, and leases end wrongly",
                                          "timedatectl set-ntp true"));
}

rules::Finding check_rate(std::string id, const api::RateLimit& configured, std::optional<long> allowed,
                          std::chrono::seconds window, const std::string& fix) {
    if (!allowed) return rules::well(std::move(id), "the API does not say what it allows");
    const auto in_a_window = configured.requests * static_cast<double>(window.count()) /
                             static_cast<double>(configured.period.count());
    const auto unit = window == 1s ? "second" : "minute";
    const auto limit = static_cast<double>(*allowed);
    if (configured.requests > 0 && in_a_window <= limit)
        return rules::well(std::move(id),
                           fmt::format("{:.4g} a {} of {} allowed", in_a_window, unit, *allowed));
    const auto summary = configured.requests > 0
                             ? fmt::format("{:.4g} a {} configured, {} allowed", in_a_window, unit, *allowed)
                             : fmt::format("no limit configured, {} a {} allowed", *allowed, unit);
    return rules::warning(std::move(id), summary, "calls beyond it are refused (429) and made again later",
                          fix);
}

}  // namespace app
