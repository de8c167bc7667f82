#include "web/asset_answer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "text/text.hpp"

namespace web {
namespace {

using boost::beast::http::status;
using http::Field;

std::string_view view_of(boost::beast::string_view text) {
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

const Asset* find_asset(std::span<const Asset> all, std::string_view name) {
    const auto found = std::ranges::find(all, name, &Asset::name);
    return found == all.end() ? nullptr : &*found;
}

// The page of today with the script of yesterday would be neither: what is kept is asked for again each time,
// which costs a 304.
http::Response answer_with(const Asset& asset, const http::Request& request) {
    const bool is_zipped = !asset.zipped.empty() && accepts_gzip(view_of(request[Field::accept_encoding]));
    const auto tag = fmt::format("\"{}{}\"", asset.hash, is_zipped ? "-gz" : "");
    const bool is_known = names_tag(view_of(request[Field::if_none_match]), tag);
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

}  // namespace web
