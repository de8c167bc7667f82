#include "calendly/http_api.hpp"

#include <optional>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include "calendly/parse.hpp"
#include "calendly/refusal.hpp"

namespace calendly {
namespace {

// What Calendly answers is {"resource": ...}; anything else comes from something on the way.
std::optional<boost::json::value> resource_in(std::string_view body) {
    try {
        return parse_resource(body);
    } catch (const ShapeError&) {
        return std::nullopt;
    }
}

}  // namespace

api::ApiDialect dialect() {
    return {"Calendly", "Authorization", "X-RateLimit-Remaining", "X-RateLimit-Reset", refusal_form};
}

api::ApiFailure unreadable_answer(std::string_view call, const http::Response& response,
                                  std::string_view why) {
    api::ApiFailure failure;
    failure.reason = fmt::format("Calendly's answer to {} cannot be read: {}", call, why);
    failure.remedy = api::Remedy::give_up;
    failure.status = response.result_int();
    failure.body = response.body();
    return failure;
}

HttpApi::HttpApi(boost::asio::any_io_executor executor, ApiSettings settings,
                 std::shared_ptr<api::Budget> budget, net::Interruption& interruption)
    : origin_(settings.url.origin()),
      client_(std::move(executor), dialect(), settings.url, settings.ca_file, settings.credential,
              interruption, settings.traffic),
      budget_(std::move(budget)) {}

template <typename Resource>
boost::asio::awaitable<api::Answer<Resource>> HttpApi::get(api::Operation operation, Link link,
                                                           Resource (*parse)(const boost::json::value&)) {
    api::ApiCall call;
    call.operation = operation;
    call.target = link.path;
    auto response = co_await client_.call(call, budget_);
    if (!response) co_return response.error();
    const auto resource = resource_in(response->body());
    if (!resource)
        co_return api::strange_answer("Calendly", "GET " + link.path, response->result_int(),
                                      response->body());
    try {
        co_return parse(*resource);
    } catch (const ShapeError& error) {
        co_return unreadable_answer("GET " + link.path, *response, error.what());
    }
}

boost::asio::awaitable<api::Answer<ScheduledEvent>> HttpApi::scheduled_event(Link link) {
    return get<ScheduledEvent>(api::Operation::scheduled_event, std::move(link), parse_scheduled_event);
}

boost::asio::awaitable<api::Answer<Invitee>> HttpApi::invitee(Link link) {
    return get<Invitee>(api::Operation::invitee, std::move(link), parse_invitee);
}

boost::asio::awaitable<api::Answer<NoShow>> HttpApi::no_show(Link link) {
    return get<NoShow>(api::Operation::no_show, std::move(link), parse_no_show);
}

boost::asio::awaitable<api::Answer<EventType>> HttpApi::event_type(Link link) {
    return get<EventType>(api::Operation::event_type, std::move(link), parse_event_type);
}

}  // namespace calendly
