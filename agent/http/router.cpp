#include "http/router.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace http {
namespace {

namespace asio = boost::asio;
using Segments = std::vector<std::string>;

Segments split(std::string_view pattern) {
    if (!pattern.starts_with('/')) throw std::invalid_argument("a route begins with a slash");
    Segments segments;
    if (pattern == "/") return segments;
    for (std::size_t from = 1; from <= pattern.size();) {
        const auto slash = std::min(pattern.find('/', from), pattern.size());
        segments.emplace_back(pattern.substr(from, slash - from));
        from = slash + 1;
    }
    return segments;
}

bool is_capture(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Nothing when the path does not match.
std::optional<RoutedRequest::Values> match(const Segments& pattern, const Segments& path) {
    if (pattern.size() != path.size()) return std::nullopt;
    RoutedRequest::Values captured;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (is_capture(pattern[i])) {
            if (path[i].empty()) return std::nullopt;
            captured.emplace(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
        } else if (pattern[i] != path[i]) {
            return std::nullopt;
        }
    }
    return captured;
}

// Nothing when it is no path.
std::optional<Segments> decode_path(std::string_view text) {
    const auto parsed = boost::urls::parse_origin_form({text.data(), text.size()});
    if (!parsed) return std::nullopt;
    Segments path;
    for (const auto segment : parsed->segments()) path.push_back(segment);
    return path;
}

// What cannot be decoded is taken as it stands.
std::string decode(std::string_view text) {
    const auto decoded = boost::urls::make_pct_string_view({text.data(), text.size()});
    if (!decoded) return std::string(text);
    boost::urls::encoding_opts opts;
    opts.space_as_plus = true;
    return decoded->decode(opts);
}

// "?a=1&b=2", or nothing. A query has no form of its own: whatever stands there, the path is still the path.
void decode_query(std::string_view text, RoutedRequest& routed) {
    auto& values = routed.query;
    while (!text.empty()) {
        text.remove_prefix(1);
        const auto end = std::min(text.find('&'), text.size());
        const auto parameter = text.substr(0, end);
        const auto equals = std::min(parameter.find('='), parameter.size());
        const auto value = parameter.substr(std::min(equals + 1, parameter.size()));
        if (!parameter.empty()) {
            auto name = decode(parameter.substr(0, equals));
            if (values.contains(name)) routed.repeated.push_back(name);
            values.insert_or_assign(std::move(name), decode(value));
        }
        text.remove_prefix(end);
    }
}

bool serves(Verb route, Verb method) {
    return route == method || (route == Verb::get && method == Verb::head);
}

std::string join(const std::vector<Verb>& methods) {
    std::string list;
    const auto add = [&](Verb method) {
        list += list.empty() ? "" : ", ";
        list += std::string(to_string(method));
    };
    for (const auto method : methods) {
        add(method);
        if (method == Verb::get) add(Verb::head);
    }
    return list;
}

}  // namespace

std::optional<std::string> RoutedRequest::parameter(std::string_view name) const {
    const auto found = query.find(name);
    if (found == query.end()) return std::nullopt;
    return found->second;
}

void Router::add(Verb method, std::string_view pattern, Handler handler) {
    routes_.push_back({method, split(pattern), std::move(handler)});
}

asio::awaitable<Response> Router::answer(Request request) const {
    const std::string target(request.target());
    const auto question_mark = std::min(target.find('?'), target.size());
    std::vector<Verb> allowed;
    const auto path = decode_path(std::string_view(target).substr(0, question_mark));
    if (!path) co_return refuse(request, allowed);
    RoutedRequest routed;
    for (const auto& route : routes_) {
        auto captured = match(route.pattern, *path);
        if (!captured) continue;
        allowed.push_back(route.method);
        if (!serves(route.method, request.method())) continue;
        routed.captured = std::move(*captured);
        decode_query(std::string_view(target).substr(question_mark), routed);
        routed.request = std::move(request);
        auto response = co_await route.handler(std::move(routed));
        co_return response;
    }
    co_return refuse(request, allowed);
}

Response Router::refuse(const Request& request, const std::vector<Verb>& allowed) const {
    using boost::beast::http::status;
    Response response(allowed.empty() ? status::not_found : status::method_not_allowed, request.version());
    response.set(Field::content_type, "text/plain");
    if (!allowed.empty()) response.set(Field::allow, join(allowed));
    response.body() = allowed.empty() ? refusals_.unknown_path : refusals_.wrong_method;
    response.prepare_payload();
    return response;
}

}  // namespace http
