#include "web/book_pages.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "http/url.hpp"
#include "text/text.hpp"
#include "web/book_assets.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
using boost::beast::http::status;
using http::Field;
using http::Verb;

std::string_view as_view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

std::string_view type_of(std::string_view name) {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".svg")) return "image/svg+xml";
    if (name.ends_with(".json")) return "application/json";
    return "application/octet-stream";
}

http::Response page_not_found() {
    http::Response response(status::not_found, 11);
    response.set(Field::content_type, "text/plain; charset=utf-8");
    response.set("X-Content-Type-Options", "nosniff");
    response.body() = "There is nothing to book here.\n";
    return response;
}

// The page of today with the script of yesterday would be neither: what is kept is asked for again each time,
// which costs a 304.
http::Response serve(const BookAsset& asset, const http::Request& request) {
    const bool is_zipped = !asset.zipped.empty() && accepts_gzip(as_view(request[Field::accept_encoding]));
    const auto tag = fmt::format("\"{}{}\"", asset.hash, is_zipped ? "-gz" : "");
    const bool is_known = names_tag(as_view(request[Field::if_none_match]), tag);
    http::Response response(is_known ? status::not_modified : status::ok, 11);
    response.set(Field::etag, tag);
    response.set(Field::cache_control, "no-cache");
    response.set(Field::vary, "Accept-Encoding");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "strict-origin-when-cross-origin");
    if (is_known) return response;
    const auto type = type_of(asset.name);
    response.set(Field::content_type, boost::beast::string_view(type.data(), type.size()));
    if (is_zipped) response.set(Field::content_encoding, "gzip");
    response.body() = is_zipped ? asset.zipped : asset.plain;
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
    const auto* page = find_book_asset("book.html");
    if (!page) return page_not_found();
    constexpr std::string_view blank = "{{allow_origins}}";
    const auto origins = fmt::format("{}", fmt::join(site.allow_origins, " "));
    const auto at = page->plain.find(blank);
    if (at == page->plain.npos) return page_not_found();
    const auto html =
        fmt::format("{}{}{}", page->plain.substr(0, at), origins, page->plain.substr(at + blank.size()));
    const auto hash = fmt::format("{}-{:x}", page->hash, std::hash<std::string>()(origins));
    auto response = serve({page->name, hash, html, {}}, request);
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
    const auto* script = find_book_asset("embed.js");
    if (!script) return page_not_found();
    auto response = serve(*script, request);
    response.set("Cross-Origin-Resource-Policy", "cross-origin");
    response.set(Field::access_control_allow_origin, "*");
    return response;
}

http::Response answer_asset(const http::RoutedRequest& routed) {
    const auto& name = routed.captured.find("name")->second;
    const auto* asset = find_book_asset(name);
    return asset && !name.ends_with(".html") ? serve(*asset, routed.request) : page_not_found();
}

// The parts of a list in a field, trimmed: "gzip;q=0.5, br".
template <typename Visit>
bool any_in_list(std::string_view list, Visit visit) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (visit(text::trim(list.substr(0, comma)))) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

}  // namespace

const BookAsset* find_book_asset(std::string_view name) {
    const auto all = book_assets();
    const auto found = std::ranges::find(all, name, &BookAsset::name);
    return found == all.end() ? nullptr : &*found;
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
    return any_in_list(if_none_match, [&](std::string_view one) {
        if (one.starts_with("W/")) one.remove_prefix(2);
        return one == "*" || one == tag;
    });
}

bool accepts_gzip(std::string_view accept_encoding) {
    return any_in_list(accept_encoding, [](std::string_view one) {
        const auto semicolon = std::min(one.find(';'), one.size());
        const auto coding = text::lower_case(text::trim(one.substr(0, semicolon)));
        if (coding != "gzip") return false;
        const auto weight = one.substr(semicolon);
        const auto equals = weight.find('=');
        return equals == weight.npos || weight.find_first_of("123456789", equals) != weight.npos;
    });
}

void add_book_pages(http::Router& router, Sites sites) {
    router.add(Verb::get, "/book/embed.js",
               [](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                   co_return answer_embed_script(routed.request);
               });
    router.add(Verb::get, "/book/assets/{name}",
               [](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                   co_return answer_asset(routed);
               });
    for (const auto* pattern : {"/book/{connector}", "/book/{connector}/{type}"})
        router.add(Verb::get, pattern,
                   [sites](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
                       co_return answer_page(sites, routed);
                   });
}

}  // namespace web
