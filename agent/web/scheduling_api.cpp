#include "web/scheduling_api.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "redis/error.hpp"
#include "rules/booking_fields.hpp"
#include "scheduling/desk.hpp"
#include "text/text.hpp"
#include "web/assets.hpp"
#include "web/bearer.hpp"
#include "web/scheduling_answer.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using boost::beast::http::status;
using http::Field;
using http::Verb;
using scheduling::Refusal;

constexpr std::size_t longest_reason = 1000;

// A field that stands twice is a list, as HTTP has it: no key, token, origin or address is one.
std::string text_in(const http::Request& request, std::string_view field) {
    std::string text;
    const auto [begin, end] = request.equal_range(boost::beast::string_view(field.data(), field.size()));
    for (auto one = begin; one != end; ++one) {
        const auto value = one->value();
        text.append(one == begin ? "" : ", ").append(value.data(), value.size());
    }
    return text;
}

scheduling::Outcome<json::object> object_in(const http::Request& request) {
    boost::system::error_code error;
    auto parsed = json::parse(request.body(), error);
    if (error || !parsed.is_object())
        return Refusal{Refusal::Code::malformed, "The body must be a JSON object."};
    return std::move(parsed.get_object());
}

http::Response ok(const json::value& value, unsigned code = 200) {
    return json_answer(code, json::serialize(value));
}

// "https://book.example.com" under the name that it was asked by is the page's own.
bool is_own_origin(std::string_view origin, std::string_view host) {
    const auto slashes = origin.find("://");
    return slashes != origin.npos && !host.empty() &&
           text::lower_case(origin.substr(slashes + 3)) == text::lower_case(host);
}

bool lists(const scheduling::Site& site, std::string_view origin) {
    return std::ranges::find(site.allow_origins, text::lower_case(origin)) != site.allow_origins.end();
}

void allow(http::Response& response, const std::string& origin) {
    response.set(Field::access_control_allow_origin, origin);
    response.set(Field::access_control_expose_headers, "Retry-After");
}

http::Response preflight_answer() {
    auto response = json_answer(204, "");
    response.set(Field::access_control_allow_methods, "GET, POST");
    response.set(Field::access_control_allow_headers,
                 "Content-Type, Idempotency-Key, X-Form-Token, X-Captcha-Response");
    response.set(Field::access_control_max_age, "600");
    return response;
}

bool is_preflight(const http::Request& request) {
    return request.method() == Verb::options &&
           request.find(Field::access_control_request_method) != request.end();
}

// What the router refused says it in plain text.
http::Response as_json(http::Response response) {
    if (response.result() == status::method_not_allowed) {
        const std::string allowed(response[Field::allow]);
        return wrong_method(allowed);
    }
    const bool is_unknown =
        response.result() == status::not_found && response[Field::content_type] == "text/plain";
    if (!is_unknown) return response;
    return json_answer(404, R"({"error":{"code":"not_bookable","message":"There is no such path."}})");
}

}  // namespace

const std::vector<SchedulingApi::Entry>& SchedulingApi::table() {
    static const std::vector<Entry> entries = {
        {{Verb::get, "/v1/scheduling/event-types"}, &SchedulingApi::event_types},
        {{Verb::get, "/v1/scheduling/available-times"}, &SchedulingApi::available_times},
        {{Verb::get, "/v1/scheduling/form-token"}, &SchedulingApi::form_token},
        {{Verb::post, "/v1/scheduling/bookings"}, &SchedulingApi::book},
        {{Verb::get, "/v1/scheduling/bookings/{id}"}, &SchedulingApi::state},
        {{Verb::post, "/v1/scheduling/bookings/{id}/cancel"}, &SchedulingApi::cancel},
        {{Verb::post, "/v1/scheduling/links"}, &SchedulingApi::link},
        {{Verb::get, "/v1/scheduling/openapi.json"}, &SchedulingApi::openapi}};
    return entries;
}

SchedulingApi::SchedulingApi(Desks desks, std::string admin_token, std::string_view peer_field)
    : desks_(std::move(desks)), admin_token_(std::move(admin_token)), peer_field_(peer_field) {
    for (const auto& entry : table())
        router_.add(entry.route.method, entry.route.pattern,
                    [this, handler = entry.handler](http::RoutedRequest routed) {
                        return (this->*handler)(std::move(routed));
                    });
}

std::vector<SchedulingRoute> SchedulingApi::routes() const {
    std::vector<SchedulingRoute> all;
    for (const auto& entry : table()) all.push_back(entry.route);
    return all;
}

asio::awaitable<http::Response> SchedulingApi::answer(http::Request request) const {
    const auto origin = text_in(request, "Origin");
    const bool is_listed = is_listed_origin(origin);
    http::Response response;
    if (is_preflight(request)) {
        response = is_listed ? preflight_answer()
                             : refusal_answer(scheduling::forbidden("This origin is not in allow_origins."));
    } else {
        auto routed = co_await router_.answer(std::move(request));
        response = as_json(std::move(routed));
    }
    response.set(Field::vary, "Origin");
    if (is_listed) allow(response, origin);
    co_return response;
}

scheduling::Outcome<SchedulingApi::Booked> SchedulingApi::desk_of(std::string type) const {
    for (auto* desk : desks_())
        if (desk->site().has_type(type)) return Booked{desk, std::move(type)};
    return scheduling::not_bookable();
}

scheduling::Outcome<SchedulingApi::Booked> SchedulingApi::desk_in_query(
    const http::RoutedRequest& routed) const {
    auto type = routed.parameter("event_type");
    if (!type) return scheduling::invalid("event_type", "is missing");
    return desk_of(std::move(*type));
}

scheduling::Outcome<SchedulingApi::Booked> SchedulingApi::desk_in_body(const json::object& body) const {
    auto type = rules::requested_type(body);
    if (const auto* error = std::get_if<rules::FieldError>(&type)) return scheduling::invalid(*error);
    return desk_of(std::get<std::string>(std::move(type)));
}

// The token tells: it is signed with the secret of the desk at which the booking was made.
asio::awaitable<scheduling::Outcome<scheduling::Desk*>> SchedulingApi::desk_of_booking(
    std::string id, std::string token) const {
    for (auto* desk : desks_()) {
        try {
            const bool is_own = co_await desk->is_own(id, token);
            if (is_own) co_return desk;
        } catch (const redis::Error&) {
            co_return scheduling::unavailable();
        }
    }
    co_return scheduling::forbidden("The cancel_token is not that of this booking.");
}

bool SchedulingApi::is_listed_origin(std::string_view origin) const {
    if (origin.empty()) return false;
    return std::ranges::any_of(desks_(), [&](const auto* desk) { return lists(desk->site(), origin); });
}

// A browser always says which page asks for a change.
bool SchedulingApi::may_change(const http::Request& request, const scheduling::Desk& desk) const {
    const auto origin = text_in(request, "Origin");
    return origin.empty() || is_own_origin(origin, text_in(request, "Host")) || lists(desk.site(), origin);
}

bool SchedulingApi::has_admin_token(const http::Request& request) const {
    return !admin_token_.empty() && bears(request, admin_token_);
}

asio::awaitable<http::Response> SchedulingApi::event_types(http::RoutedRequest routed) const {
    const auto only = routed.parameter("connector");
    json::array all;
    std::optional<Refusal> trouble;
    bool is_known = false;
    for (auto* desk : desks_()) {
        if (only && desk->site().connector != *only) continue;
        is_known = true;
        auto types = co_await desk->event_types();
        if (!types) trouble = types.error();
        if (!types) continue;
        for (auto& type : *types) all.push_back(std::move(type));
    }
    if (!is_known) co_return refusal_answer(scheduling::not_bookable());
    if (all.empty() && trouble) co_return refusal_answer(*trouble);
    co_return ok(std::move(all));
}

asio::awaitable<http::Response> SchedulingApi::available_times(http::RoutedRequest routed) const {
    const auto at = desk_in_query(routed);
    if (!at) co_return refusal_answer(at.error());
    auto times =
        co_await at->desk->available_times(at->type, routed.parameter("start"), routed.parameter("end"));
    if (!times) co_return refusal_answer(times.error());
    co_return ok(std::move(*times));
}

asio::awaitable<http::Response> SchedulingApi::form_token(http::RoutedRequest routed) const {
    const auto at = desk_in_query(routed);
    if (!at) co_return refusal_answer(at.error());
    auto token = co_await at->desk->form_token(at->type);
    if (!token) co_return refusal_answer(token.error());
    co_return ok(std::move(*token));
}

asio::awaitable<http::Response> SchedulingApi::book(http::RoutedRequest routed) const {
    const auto& request = routed.request;
    auto body = object_in(request);
    if (!body) co_return refusal_answer(body.error());
    const auto at = desk_in_body(*body);
    if (!at) co_return refusal_answer(at.error());
    scheduling::BookingRequest booking;
    booking.is_server = has_admin_token(request);
    if (!booking.is_server && !may_change(request, *at->desk))
        co_return refusal_answer(scheduling::forbidden("This origin is not in allow_origins."));
    booking.idempotency_key = text_in(request, "Idempotency-Key");
    booking.form_token = text_in(request, "X-Form-Token");
    booking.captcha = text_in(request, scheduling::captcha_field);
    booking.address = at->desk->address_of(text_in(request, peer_field_), text_in(request, "X-Real-IP"));
    booking.body = std::move(*body);
    auto made = co_await at->desk->book(at->type, std::move(booking));
    if (!made) co_return refusal_answer(made.error());
    co_return json_answer(201, std::move(*made));
}

asio::awaitable<http::Response> SchedulingApi::state(http::RoutedRequest routed) const {
    const std::string id = routed.captured.at("id");
    const auto token = routed.parameter("cancel_token").value_or("");
    const auto desk = co_await desk_of_booking(id, token);
    if (!desk) co_return refusal_answer(desk.error());
    auto found = co_await (*desk)->state(id, token);
    if (!found) co_return refusal_answer(found.error());
    co_return ok(std::move(*found));
}

asio::awaitable<http::Response> SchedulingApi::cancel(http::RoutedRequest routed) const {
    auto body = object_in(routed.request);
    if (!body) co_return refusal_answer(body.error());
    rules::BookingFields fields(*body);
    const auto token = fields.line("cancel_token", 255);
    const auto* reason_value = fields.find("reason");
    const auto* reason_text = reason_value ? reason_value->if_string() : nullptr;
    const std::string reason(reason_text ? text::trim({reason_text->data(), reason_text->size()})
                                         : std::string_view());
    if (reason_value && (!reason_text || !rules::mistake_in(reason, longest_reason, true).empty()))
        fields.fail("reason", "must be a text of at most 1000 characters without control characters");
    fields.allow_only({"cancel_token", "reason"});
    if (fields.has_failed()) co_return refusal_answer(scheduling::invalid(fields.error()));
    const std::string id = routed.captured.at("id");
    const auto desk = co_await desk_of_booking(id, token);
    if (!desk) co_return refusal_answer(desk.error());
    if (!may_change(routed.request, **desk))
        co_return refusal_answer(scheduling::forbidden("This origin is not in allow_origins."));
    auto canceled = co_await (*desk)->cancel(id, reason);
    if (!canceled) co_return refusal_answer(canceled.error());
    co_return json_answer(204, "");
}

asio::awaitable<http::Response> SchedulingApi::link(http::RoutedRequest routed) const {
    if (!has_admin_token(routed.request))
        co_return refusal_answer(scheduling::forbidden("This needs the admin token."));
    auto body = object_in(routed.request);
    if (!body) co_return refusal_answer(body.error());
    rules::BookingFields fields(*body);
    fields.allow_only({"event_type"});
    if (fields.has_failed()) co_return refusal_answer(scheduling::invalid(fields.error()));
    const auto at = desk_in_body(*body);
    if (!at) co_return refusal_answer(at.error());
    auto link = co_await at->desk->link(at->type);
    if (!link) co_return refusal_answer(link.error());
    co_return ok(std::move(*link), 201);
}

asio::awaitable<http::Response> SchedulingApi::openapi(http::RoutedRequest) const {
    co_return json_answer(200, std::string(find_asset(book_assets(), "scheduling.json")->plain));
}

}  // namespace web
