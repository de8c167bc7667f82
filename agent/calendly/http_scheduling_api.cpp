#include "calendly/http_scheduling_api.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "calendly/account_parse.hpp"
#include "calendly/parse.hpp"
#include "calendly/scheduling_codec.hpp"

namespace calendly {
namespace {

using namespace std::chrono_literals;

// A visitor waits so long for a turn, not longer: the page says then what else can be done.
constexpr auto longest_wait = 8s;

boost::asio::awaitable<void> recall_later(std::shared_ptr<net::Recall> recall,
                                          std::shared_ptr<boost::asio::steady_timer> timer) {
    const auto [error] = co_await timer->async_wait(net::as_result);
    if (!error) recall->request();
}

}  // namespace

HttpSchedulingApi::HttpSchedulingApi(boost::asio::any_io_executor executor, ApiSettings settings,
                                     std::shared_ptr<api::Budget> budget, net::Interruption& interruption)
    : executor_(executor),
      client_(std::move(executor), dialect(), settings.url, settings.ca_file, settings.credential,
              interruption, settings.traffic),
      budget_(std::move(budget)) {}

// Withheld when its turn has not come in time.
boost::asio::awaitable<api::Answer<http::Response>> HttpSchedulingApi::ask(api::ApiCall call) {
    const auto recall = std::make_shared<net::Recall>();
    const auto timer = std::make_shared<boost::asio::steady_timer>(executor_, longest_wait);
    boost::asio::co_spawn(executor_, recall_later(recall, timer), boost::asio::detached);
    const auto may_send = call.guard;
    call.guard = http::Guard(
        [may_send, timer] {
            timer->cancel();
            return !may_send || may_send();
        },
        recall);
    call.service = api::ServiceClass::visitor;
    auto response = co_await client_.call(std::move(call), budget_);
    timer->cancel();
    co_return response;
}

boost::asio::awaitable<api::Answer<BookableType>> HttpSchedulingApi::bookable_type(std::string id) {
    api::ApiCall call;
    call.operation = api::Operation::event_type;
    call.target = "/event_types/" + http::percent_encode(id);
    const auto label = "GET " + call.target;
    auto response = co_await ask(std::move(call));
    if (!response) co_return response.error();
    try {
        co_return parse_bookable_type(parse_resource(response->body()));
    } catch (const ShapeError& error) {
        co_return unreadable_answer(label, *response, error.what());
    }
}

boost::asio::awaitable<api::Answer<std::string>> HttpSchedulingApi::email_of(std::string owner_uri) {
    if (owner_uri.find("/users/") == owner_uri.npos) co_return std::string();
    api::ApiCall call;
    call.operation = api::Operation::user;
    call.label = "/users/{id}";
    call.target = "/users/" + http::percent_encode(owner_uri.substr(owner_uri.rfind('/') + 1));
    auto response = co_await ask(std::move(call));
    if (!response) co_return response.error();
    try {
        co_return parse_user(parse_resource(response->body())).email;
    } catch (const ShapeError& error) {
        co_return unreadable_answer("GET /users/{id}", *response, error.what());
    }
}

boost::asio::awaitable<api::Answer<std::vector<OfferedTime>>> HttpSchedulingApi::available_times(
    std::string event_type_uri, Timestamp from, Timestamp to) {
    api::ApiCall call;
    call.operation = api::Operation::available_times;
    call.label = "/event_type_available_times";
    call.target = fmt::format("{}?event_type={}&start_time={}&end_time={}", call.label,
                              http::percent_encode(event_type_uri), http::percent_encode(to_string(from)),
                              http::percent_encode(to_string(to)));
    auto response = co_await ask(std::move(call));
    if (!response) co_return response.error();
    try {
        co_return parse_offered_times(response->body());
    } catch (const ShapeError& error) {
        co_return unreadable_answer("GET /event_type_available_times", *response, error.what());
    }
}

// An answer that cannot be read may be that of a booking: who asked looks it up.
boost::asio::awaitable<api::Answer<Invitee>> HttpSchedulingApi::book(NewBooking booking, http::Guard guard) {
    api::ApiCall call;
    call.operation = api::Operation::book;
    call.verb = http::Verb::post;
    call.target = "/invitees";
    call.has_own_limit = true;
    call.body = booking_body(booking);
    call.guard = std::move(guard);
    auto response = co_await ask(std::move(call));
    if (!response) co_return response.error();
    try {
        co_return parse_invitee(parse_resource(response->body()));
    } catch (const ShapeError& error) {
        auto failure = unreadable_answer("POST /invitees", *response, error.what());
        failure.remedy = api::Remedy::retry;
        co_return failure;
    }
}

// "Event is already canceled" is what the second one hears.
boost::asio::awaitable<api::Answer<bool>> HttpSchedulingApi::cancel_event(std::string event_id,
                                                                          std::string reason) {
    api::ApiCall call;
    call.operation = api::Operation::cancel;
    call.verb = http::Verb::post;
    call.target = fmt::format("/scheduled_events/{}/cancellation", http::percent_encode(event_id));
    boost::json::object body;
    if (!reason.empty()) body["reason"] = std::move(reason);
    call.body = boost::json::serialize(body);
    const auto response = co_await ask(std::move(call));
    if (response) co_return true;
    const auto& failure = response.error();
    if (failure.status == 403 && failure.body.find("already canceled") != std::string::npos) co_return false;
    co_return failure;
}

}  // namespace calendly
