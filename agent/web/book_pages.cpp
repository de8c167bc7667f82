#include "web/book_pages.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "http/url.hpp"
#include "web/asset_answer.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
using boost::beast::http::status;
using http::Field;
using http::Verb;

std::string_view as_view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

http::Response page_not_found() {
    http::Response response(status::not_found, 11);
    response.set(Field::content_type, "text/plain; charset=utf-8");
    response.set("X-Content-Type-Options", "nosniff");
    response.body() = "There is nothing to book here.\n";
    return response;
}

std::string policy_of(const scheduling::Site& site) {
    return fmt::format(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'{}{}",
        site.allow_origins.empty() ? "" : " ", fmt::join(site.allow_origins, " "));
}

// Whom it may tell of what happens in it, the page reads in itself: it is another one for each connector.
http::Response page_of(const scheduling::Site& site, const http::Request& request) {
    const auto* page = find_asset(book_assets(), "book.html");
    if (!page) return page_not_found();
    constexpr std::string_view blank = "{{allow_origins}}";
    const auto origins = fmt::format("{}", fmt::join(site.allow_origins, " "));
    const auto at = page->plain.find(blank);
    if (at == page->plain.npos) return page_not_found();
    const auto html =
        fmt::format("{}{}{}", page->plain.substr(0, at), origins, page->plain.substr(at + blank.size()));
    const auto hash = fmt::format("{}-{:x}", page->hash, std::hash<std::string>()(origins));
    auto response = answer_with({page->name, hash, html, {}}, request);
    response.set("Content-Security-Policy", policy_of(site));
    return response;
}

// The query goes along: prefilled fields, the theme.
http::Response redirect(const scheduling::Site& site, const std::string& type, const http::Request& request) {
    const auto target = as_view(request.target());
    const auto query = std::min(target.find('?'), target.size());
    http::Response response(status::found, 11);
    response.set(Field::location, fmt::format("/book/{}/{}{}", site.connector, http::percent_encode(type),
                                              target.substr(query)));
    return response;
}

// People write addresses with a slash at their end.
http::Response without_slash(const http::Request& request) {
    const auto target = as_view(request.target());
    const auto query = std::min(target.find('?'), target.size());
    http::Response response(status::found, 11);
    response.set(Field::location, fmt::format("{}{}", target.substr(0, query - 1), target.substr(query)));
    return response;
}

const scheduling::Site* find_site(const std::vector<const scheduling::Site*>& sites, std::string_view name) {
    const auto found = std::ranges::find_if(sites, [&](const auto* site) { return site->connector == name; });
    return found == sites.end() ? nullptr : *found;
}

http::Response answer_page(const Sites& sites, const http::RoutedRequest& routed) {
    const auto* site = find_site(sites(), routed.captured.find("connector")->second);
    if (!site) return page_not_found();
    const auto type = routed.captured.find("type");
    if (type == routed.captured.end() || site->has_type(type->second)) return page_of(*site, routed.request);
    const auto named = site->type_named(type->second);
    return named.empty() ? page_not_found() : redirect(*site, named, routed.request);
}

// Other sites load it, with an integrity of their own if they like.
http::Response answer_embed_script(const http::Request& request) {
    const auto* script = find_asset(book_assets(), "embed.js");
    if (!script) return page_not_found();
    auto response = answer_with(*script, request);
    response.set("Cross-Origin-Resource-Policy", "cross-origin");
    response.set(Field::access_control_allow_origin, "*");
    return response;
}

http::Response answer_asset(const http::RoutedRequest& routed) {
    const auto& name = routed.captured.find("name")->second;
    const auto* asset = find_asset(book_assets(), name);
    return asset && !name.ends_with(".html") ? answer_with(*asset, routed.request) : page_not_found();
}

}  // namespace

void add_book_pages(http::Router& router, Sites sites) {
    router.add(Verb::get, "/book/embed.js",
               [](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                   co_return answer_embed_script(routed.request);
               });
    router.add(Verb::get, "/book/assets/{name}",
               [](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                   co_return answer_asset(routed);
               });
    for (const auto* pattern : {"/book/{connector}/", "/book/{connector}/{type}/"})
        router.add(Verb::get, pattern,
                   [sites](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                       auto page = answer_page(sites, routed);
                       if (page.result() == status::not_found) co_return page;
                       co_return without_slash(routed.request);
                   });
    for (const auto* pattern : {"/book/{connector}", "/book/{connector}/{type}"})
        router.add(Verb::get, pattern,
                   [sites](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                       co_return answer_page(sites, routed);
                   });
}

}  // namespace web
