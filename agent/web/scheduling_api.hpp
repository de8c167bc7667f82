// The API by which visitors book, over HTTP: /v1/scheduling/...
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "http/router.hpp"
#include "scheduling/refusal.hpp"

namespace scheduling {
class Desk;
}

namespace web {

// Of every connector that has scheduling.
using Desks = std::function<std::vector<scheduling::Desk*>()>;

struct SchedulingRoute {
    http::Verb method;
    std::string_view pattern;
};

class SchedulingApi {
public:
    // `peer_field`: where the server says who asks. `admin_token`: "" when there is none; then nobody has it.
    SchedulingApi(Desks desks, std::string admin_token, std::string_view peer_field);

    // Of any path under /v1/scheduling/. Errors are JSON: {"error": {...}}, as openapi.json says. Pages of
    // other origins than `allow_origins` may read nothing and change nothing.
    boost::asio::awaitable<http::Response> answer(http::Request request) const;

    // What openapi.json describes.
    std::vector<SchedulingRoute> routes() const;

private:
    // An event type, and the desk at which it is booked.
    struct Booked {
        scheduling::Desk* desk;
        std::string type;
    };
    using Handler = boost::asio::awaitable<http::Response> (SchedulingApi::*)(http::RoutedRequest) const;
    struct Entry {
        SchedulingRoute route;
        Handler handler;
    };
    static const std::vector<Entry>& table();

    boost::asio::awaitable<http::Response> event_types(http::RoutedRequest routed) const;
    boost::asio::awaitable<http::Response> available_times(http::RoutedRequest routed) const;
    boost::asio::awaitable<http::Response> form_token(http::RoutedRequest routed) const;
    boost::asio::awaitable<http::Response> book(http::RoutedRequest routed) const;
    boost::asio::awaitable<http::Response> state(http::RoutedRequest routed) const;
    boost::asio::awaitable<http::Response> cancel(http::RoutedRequest routed) const;
    boost::asio::awaitable<http::Response> link(http::RoutedRequest routed) const;
    boost::asio::awaitable<http::Response> openapi(http::RoutedRequest routed) const;

    scheduling::Outcome<Booked> desk_of(std::string type) const;
    scheduling::Outcome<Booked> desk_in_query(const http::RoutedRequest& routed) const;
    scheduling::Outcome<Booked> desk_in_body(const boost::json::object& body) const;
    boost::asio::awaitable<scheduling::Outcome<scheduling::Desk*>> desk_of_booking(std::string id,
                                                                                   std::string token) const;
    bool is_listed_origin(std::string_view origin) const;
    bool may_change(const http::Request& request, const scheduling::Desk& desk) const;
    bool has_admin_token(const http::Request& request) const;

    Desks desks_;
    std::string admin_token_;
    std::string_view peer_field_;
    http::Router router_;
};

}  // namespace web
