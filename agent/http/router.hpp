// The table that brings a request to its handler, by method and path.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "http/message.hpp"

namespace http {

// A request whose target has been taken apart.
struct RoutedRequest {
    using Values = std::map<std::string, std::string, std::less<>>;

    Request request;
    Values captured;                      // what stands for the pattern's {names}, decoded
    Values query;                         // decoded; of a repeated name the last value
    std::vector<std::string> repeated{};  // names that stand in the query more than once

    // A parameter of the query; nothing when it is absent.
    std::optional<std::string> parameter(std::string_view name) const;
};

class Router {
public:
    using Handler = std::function<boost::asio::awaitable<Response>(RoutedRequest)>;

    // Bodies of the answers to requests that have no route; plain text.
    struct Refusals {
        std::string unknown_path = "Not Found\n";           // 404
        std::string wrong_method = "Method Not Allowed\n";  // 405
    };

    Router() = default;
    explicit Router(Refusals refusals) : refusals_(std::move(refusals)) {}

    // Pattern: "/v1/things/{id}"; a {name} stands for one segment that is not empty. The first that matches
    // is taken. A route for GET serves HEAD as well: the server leaves the body out.
    void add(Verb method, std::string_view pattern, Handler handler);

    // 404 when no pattern matches the path, 405 that lists the allowed methods when only the method is wrong.
    // What the handler throws comes out here.
    boost::asio::awaitable<Response> answer(Request request) const;

private:
    struct Route {
        Verb method;
        std::vector<std::string> pattern;  // its segments
        Handler handler;
    };

    Response refuse(const Request& request, const std::vector<Verb>& allowed) const;

    Refusals refusals_;
    std::vector<Route> routes_;
};

}  // namespace http
