#include "brevo/http_api.hpp"

#include <fmt/format.h>

#include "brevo/codec.hpp"
#include "brevo/refusal.hpp"

namespace brevo {
namespace {

using api::Operation;

// Of a call that may be repeated, a success is believed when it looks like one: a JSON object, or nothing
// with a status that says so. A portal's page must not cost a contact; an empty 200 is not Brevo's either.
bool is_done(const http::Response& response) {
    if (response.body().empty()) return response.result_int() != 200;
    return api::is_json_object(response.body());
}

// Of a call that must not be repeated every 2xx is a success.
Done done_once(const http::Response& response) {
    const auto status = response.result_int();
    if (status == 204 && response.body().empty()) return {"", status};
    return {fmt::format("{} with {} bytes", status, response.body().size()), status};
}

// A key may be allowed to write contacts and not to look at the account or change it: no reason to park.
api::ApiFailure of_account(api::ApiFailure failure) {
    if (failure.status == 403 && failure.remedy == api::Remedy::park) failure.remedy = api::Remedy::give_up;
    return failure;
}

api::ApiFailure strange_answer(const http::Response& response, const std::string& target) {
    return api::strange_answer("Brevo", target, response.result_int(), response.body());
}

api::ApiCall make_call(api::Operation operation, http::Verb verb, std::string target, std::string body) {
    api::ApiCall call;
    call.operation = operation;
    call.verb = verb;
    call.target = std::move(target);
    call.body = std::move(body);
    return call;
}

}  // namespace

api::ApiDialect dialect() {
    return {"Brevo", "api-key", "x-sib-ratelimit-remaining", "x-sib-ratelimit-reset", refusal_form};
}

HttpApi::HttpApi(boost::asio::any_io_executor executor, ApiSettings settings, Budgets budgets,
                 net::Interruption& interruption, api::ServiceClass service)
    : client_(std::move(executor), dialect(), settings.url, settings.ca_file, settings.credential,
              interruption, settings.traffic),
      budgets_(std::move(budgets)),
      service_(service) {}

boost::asio::awaitable<api::Answer<Done>> HttpApi::send(api::ApiCall call,
                                                        std::shared_ptr<api::Budget> budget) {
    const std::string what = call.label.empty() ? call.target : call.label;
    auto response = co_await client_.call(std::move(call), std::move(budget));
    if (!response) co_return response.error();
    if (!is_done(*response)) co_return strange_answer(*response, what);
    co_return Done{"", response->result_int()};
}

// Who loses a race for a contact updates it with the next try.
boost::asio::awaitable<api::Answer<Done>> HttpApi::write(api::ApiCall call, Contact contact) {
    call.service = service_;
    auto answer = co_await send(std::move(call), budgets_.contacts);
    if (answer || answer.error().status != 400) co_return answer;
    auto failure = answer.error();
    const bool is_final = failure.remedy == api::Remedy::give_up;
    if (is_final && refused_attributes(failure.body, contact).empty() && is_conflict(failure.body))
        failure.remedy = api::Remedy::conflict;
    co_return failure;
}

boost::asio::awaitable<api::Answer<Done>> HttpApi::upsert_contact(Contact contact, http::Guard guard) {
    auto call = make_call(Operation::upsert_contact, http::Verb::post, "/contacts", upsert_body(contact));
    call.repeatable = true;
    call.guard = std::move(guard);
    return write(std::move(call), std::move(contact));
}

boost::asio::awaitable<api::Answer<Done>> HttpApi::update_contact(Contact contact, http::Guard guard) {
    auto target = fmt::format("/contacts/{}?identifierType=email_id", http::percent_encode(contact.email));
    auto call =
        make_call(Operation::update_contact, http::Verb::put, std::move(target), update_body(contact));
    call.label = "/contacts/{email}";
    call.guard = std::move(guard);
    return write(std::move(call), std::move(contact));
}

boost::asio::awaitable<api::Answer<Done>> HttpApi::send_event(Event event, http::Guard guard) {
    auto call = make_call(Operation::send_event, http::Verb::post, "/events", event_body(event));
    call.once = true;
    call.service = service_;
    call.guard = std::move(guard);
    auto response = co_await client_.call(std::move(call), budgets_.events);
    if (!response) co_return response.error();
    co_return done_once(*response);
}

boost::asio::awaitable<api::Answer<Done>> HttpApi::create_attribute(Attribute attribute) {
    auto target = "/contacts/attributes/normal/" + http::percent_encode(attribute.name);
    auto body = fmt::format(R"({{"type":"{}"}})", type_name(attribute.type));
    auto created = co_await send(
        make_call(Operation::create_attribute, http::Verb::post, std::move(target), std::move(body)),
        budgets_.contacts);
    if (!created) co_return of_account(created.error());
    co_return created;
}

boost::asio::awaitable<api::Answer<std::vector<Attribute>>> HttpApi::attributes() {
    auto call = make_call(Operation::attributes, http::Verb::get, "/contacts/attributes", "");
    auto response = co_await client_.call(std::move(call), budgets_.contacts);
    if (!response) co_return of_account(response.error());
    if (!api::is_json_object(response->body())) co_return strange_answer(*response, "/contacts/attributes");
    try {
        co_return parse_attributes(response->body());
    } catch (const ShapeError& error) {
        api::ApiFailure failure;
        failure.reason =
            fmt::format("Brevo's answer to GET /contacts/attributes cannot be read: {}", error.what());
        failure.remedy = api::Remedy::give_up;
        failure.status = response->result_int();
        failure.body = response->body();
        co_return failure;
    }
}

boost::asio::awaitable<api::Answer<bool>> HttpApi::has_list(ListId list) {
    const auto target = fmt::format("/contacts/lists/{}", list);
    auto response =
        co_await client_.call(make_call(Operation::list, http::Verb::get, target, ""), budgets_.contacts);
    if (!response) {
        const auto& failure = response.error();
        if (failure.status == 404 && failure.remedy == api::Remedy::give_up) co_return false;
        co_return of_account(failure);
    }
    if (!api::is_json_object(response->body())) co_return strange_answer(*response, target);
    co_return true;
}

}  // namespace brevo
