#include "brevo/http_api.hpp"

#include <fmt/format.h>

#include "brevo/codec.hpp"

namespace brevo {
namespace {

constexpr api::ApiDialect dialect = {"Brevo", "api-key", "x-sib-ratelimit-remaining", "x-sib-ratelimit-reset",
                                     parking_statuses};

// 201, 204, or a JSON object: an empty 200 is not Brevo's either.
bool is_done(const http::Response& response) {
    const auto status = response.result_int();
    return status == 201 || status == 204 || api::is_json_object(response.body());
}

// A key may be allowed to write contacts and not to look at the account or change it: no reason to park.
api::ApiFailure of_account(api::ApiFailure failure) {
    if (failure.status == 403) failure.remedy = api::Remedy::give_up;
    return failure;
}

api::ApiFailure strange_answer(const http::Response& response, const std::string& target) {
    api::ApiFailure failure;
    failure.status = response.result_int();
    failure.reason = fmt::format("the answer to {} is not Brevo's: {} without JSON", target, failure.status);
    failure.body = response.body();
    return failure;
}

api::ApiCall make_call(http::Verb verb, std::string target, std::string body) {
    api::ApiCall call;
    call.verb = verb;
    call.target = std::move(target);
    call.body = std::move(body);
    return call;
}

}  // namespace

HttpApi::HttpApi(boost::asio::any_io_executor executor, ApiSettings settings, Budgets budgets,
                 net::Interruption& interruption)
    : client_(std::move(executor), dialect, settings.url, settings.ca_file, settings.credential,
              interruption),
      budgets_(std::move(budgets)) {}

boost::asio::awaitable<api::Answer<Done>> HttpApi::send(api::ApiCall call,
                                                        std::shared_ptr<api::Budget> budget) {
    const std::string what = call.label.empty() ? call.target : call.label;
    auto response = co_await client_.call(std::move(call), std::move(budget));
    if (!response) co_return response.error();
    if (!is_done(*response)) co_return strange_answer(*response, what);
    co_return Done{};
}

boost::asio::awaitable<api::Answer<Done>> HttpApi::upsert_contact(Contact contact, http::Guard guard) {
    auto call = make_call(http::Verb::post, "/contacts", upsert_body(contact));
    call.repeatable = true;
    call.guard = std::move(guard);
    return send(std::move(call), budgets_.contacts);
}

boost::asio::awaitable<api::Answer<Done>> HttpApi::update_contact(Contact contact, http::Guard guard) {
    auto target = fmt::format("/contacts/{}?identifierType=email_id", http::percent_encode(contact.email));
    auto call = make_call(http::Verb::put, std::move(target), update_body(contact));
    call.label = "/contacts/{email}";
    call.guard = std::move(guard);
    return send(std::move(call), budgets_.contacts);
}

boost::asio::awaitable<api::Answer<Done>> HttpApi::send_event(Event event, http::Guard guard) {
    auto call = make_call(http::Verb::post, "/events", event_body(event));
    call.guard = std::move(guard);
    return send(std::move(call), budgets_.events);
}

boost::asio::awaitable<api::Answer<Done>> HttpApi::create_attribute(Attribute attribute) {
    auto target = "/contacts/attributes/normal/" + http::percent_encode(attribute.name);
    auto body = fmt::format(R"({{"type":"{}"}})", type_name(attribute.type));
    auto created =
        co_await send(make_call(http::Verb::post, std::move(target), std::move(body)), budgets_.contacts);
    if (!created) co_return of_account(created.error());
    co_return created;
}

boost::asio::awaitable<api::Answer<std::vector<Attribute>>> HttpApi::attributes() {
    auto call = make_call(http::Verb::get, "/contacts/attributes", "");
    auto response = co_await client_.call(std::move(call), budgets_.contacts);
    if (!response) co_return of_account(response.error());
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
    auto response = co_await client_.call(make_call(http::Verb::get, target, ""), budgets_.contacts);
    if (!response) {
        const auto& failure = response.error();
        if (failure.status == 404 && failure.remedy == api::Remedy::give_up) co_return false;
        co_return of_account(failure);
    }
    if (!is_done(*response)) co_return strange_answer(*response, target);
    co_return true;
}

}  // namespace brevo
