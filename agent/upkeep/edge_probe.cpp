#include "upkeep/edge_probe.hpp"

#include <fmt/format.h>
#include <boost/url/parse.hpp>

#include "calendly/present.hpp"
#include "config/signing_keys.hpp"
#include "http/client.hpp"
#include "redis/error.hpp"
#include "rules/probe.hpp"
#include "shared/signature.hpp"

namespace upkeep {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds look_every = 100ms;
constexpr unsigned attempts_of_503 = 3;
constexpr std::chrono::milliseconds after_503 = 1s;
constexpr std::size_t largest_answer = 64 * 1024;  // bytes; the edge's own is a word

// Path and query as they stand in the URL.
std::string target_of(std::string_view url) {
    const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
    if (!parsed) throw std::invalid_argument("not a URL");
    const std::string path(parsed->encoded_path());
    const std::string query(parsed->encoded_query());
    return fmt::format("{}{}{}", path.empty() ? "/" : path, parsed->has_query() ? "?" : "", query);
}

http::Url origin_of(std::string_view url) {
    auto origin = http::parse_url(url.substr(0, url.find('?')));
    origin.base_path.clear();
    return origin;
}

std::int64_t seconds_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::string said(const EdgeAnswer& answer) {
    return answer.status == 0 ? answer.trouble : fmt::format("answered {}", answer.status);
}

}  // namespace

struct HttpEdge::Place {
    http::Url origin;
    std::string target;
};

HttpEdge::HttpEdge(asio::any_io_executor executor, std::string url)
    : executor_(std::move(executor)),
      place_(std::make_unique<Place>(Place{origin_of(url), target_of(url)})) {}

HttpEdge::~HttpEdge() = default;

asio::awaitable<EdgeAnswer> HttpEdge::post(std::string body, std::string signature) {
    http::Client client(executor_, place_->origin,
                        http::ClientOptions{.max_idle = 0, .max_response_size = largest_answer});
    http::Request request(http::Verb::post, place_->target, 11);
    request.set(http::Field::content_type, "application/json");
    request.set(std::string(shared::signature_header_name), signature);
    request.set(http::Field::connection, "close");
    request.body() = std::move(body);
    const auto always = [] { return true; };
    const auto response = co_await client.send(std::move(request), always, true);
    EdgeAnswer answer;
    if (response)
        answer.status = response->result_int();
    else
        answer.trouble = "no answer: " + response.error().message();
    co_return answer;
}

namespace {

const char* what_to_do(unsigned status) {
    if (status == 503) return "nginx cannot reach Redis, see its error log and calendly_redis";
    if (status / 100 == 3) return "Calendly follows no redirection, so name the address that it leads to";
    return "see that the location with calendly_webhook stands in that server of nginx, and what stands "
           "before "
           "it (proxy, CDN, virtual host)";
}

}  // namespace

std::string describe(const ProbeResult& result) {
    if (result.genuine.status == 0) return result.genuine.trouble;
    if (result.genuine.status == 401)
        return "a signed probe was answered 401: nginx does not have this key; check "
               "calendly_signing_key_file "
               "and reload nginx";
    if (!result.is_accepted())
        return fmt::format("a signed probe was answered {} instead of 200: {}", result.genuine.status,
                           what_to_do(result.genuine.status));
    if (!result.is_guarded())
        return fmt::format("a forged probe {} instead of 401: {}", said(result.forged),
                           what_to_do(result.forged.status));
    if (!result.has_arrived.value_or(true))
        return "nginx accepted a probe, and no agent has read it: do nginx and the agent use the same Redis "
               "and connector name, and does the agent run?";
    return {};
}

asio::awaitable<EdgeAnswer> EdgeProbe::send_genuine(std::string key, std::string* id) {
    const auto own_id = config::make_signing_key().substr(0, 32);
    if (id) *id = own_id;
    for (unsigned attempts = 1;; ++attempts) {
        auto answer = co_await send_once(key, own_id);
        if (answer.status != 503 || attempts == attempts_of_503) co_return answer;
        co_await interruption_.sleep(after_503);
    }
}

asio::awaitable<EdgeAnswer> EdgeProbe::send_once(std::string key, std::string id) {
    auto body = rules::probe_body(id, calendly::present());
    auto signature = shared::sign_delivery(key, seconds_now(), body);
    return edge_.post(std::move(body), std::move(signature));
}

asio::awaitable<ProbeResult> EdgeProbe::send(std::string key, std::chrono::milliseconds patience) {
    ProbeResult result;
    std::string id;
    result.forged = co_await send_genuine(config::make_signing_key());
    result.genuine = co_await send_genuine(std::move(key), &id);
    if (result.is_accepted() && patience > 0ms)
        result.has_arrived = co_await await_arrival(std::move(id), patience);
    co_return result;
}

asio::awaitable<std::optional<bool>> EdgeProbe::await_arrival(std::string id,
                                                              std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (true) {
        bool has_arrived = false;
        try {
            has_arrived = co_await store_.has_arrived(id);
        } catch (const redis::Error&) {
            co_return std::nullopt;
        }
        if (has_arrived) co_return true;
        if (std::chrono::steady_clock::now() >= end) co_return false;
        co_await interruption_.sleep(look_every);
    }
}

asio::awaitable<std::optional<std::string>> EdgeProbe::newest_accepted(std::vector<std::string> keys,
                                                                       EdgeAnswer& last) {
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        last = co_await send_genuine(*key);
        if (last.status == 200) co_return *key;
        if (last.status != 401) break;
    }
    co_return std::nullopt;
}

}  // namespace upkeep
