#include "web/operator_page.hpp"

#include "web/asset_answer.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
using http::Verb;

http::Response operator_file(std::string_view name, const http::Request& request) {
    const auto* asset = name == "operator.json" ? nullptr : find_asset(operator_assets(), name);
    if (!asset) {
        http::Response response(boost::beast::http::status::not_found, 11);
        response.set(http::Field::content_type, "text/plain; charset=utf-8");
        response.set("X-Content-Type-Options", "nosniff");
        response.body() = "The operators' page has no such file.\n";
        return response;
    }
    auto response = answer_with(*asset, request);
    response.set("Content-Security-Policy", "frame-ancestors 'none'");
    response.set("Referrer-Policy", "no-referrer");
    return response;
}

}  // namespace

void add_operator_page(http::Router& router) {
    router.add(Verb::get, "/", [](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
        co_return operator_file("operator.html", routed.request);
    });
    router.add(Verb::get, "/operator/{file}",
               [](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                   co_return operator_file(routed.captured.at("file"), routed.request);
               });
}

}  // namespace web
