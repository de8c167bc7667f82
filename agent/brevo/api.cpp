#include "brevo/api.hpp"

#include <fmt/format.h>

#include "brevo/codec.hpp"

namespace brevo {
namespace {

constexpr http::ApiDialect dialect = {"Brevo", "api-key", "x-sib-ratelimit-reset", remedy_of};

}  // namespace

http::Remedy remedy_of(unsigned status) {
    if (status == 401 || status == 402 || status == 403) return http::Remedy::park;
    if (status == 408 || status == 425 || status == 429 || status >= 500) return http::Remedy::retry;
    return http::Remedy::give_up;
}

HttpApi::HttpApi(boost::asio::any_io_executor executor, ApiSettings settings, Pacers pacers)
    : client_(std::move(executor), dialect, settings.url, settings.ca_file, settings.api_key),
      pacers_(std::move(pacers)) {}

boost::asio::awaitable<http::Answer<Done>> HttpApi::send(http::ApiCall call, std::shared_ptr<http::Pacer> pacer) {
    auto response = co_await client_.call(std::move(call), std::move(pacer));
    if (!response) co_return response.error();
    co_return Done{};
}

boost::asio::awaitable<http::Answer<Done>> HttpApi::upsert_contact(Contact contact) {
    http::ApiCall call;
    call.verb = http::Verb::post;
    call.target = "/contacts";
    call.body = upsert_body(contact);
    call.repeatable = true;
    return send(std::move(call), pacers_.contacts);
}

boost::asio::awaitable<http::Answer<Done>> HttpApi::update_contact(Contact contact) {
    http::ApiCall call;
    call.verb = http::Verb::put;
    call.target = fmt::format("/contacts/{}?identifierType=email_id", http::percent_encode(contact.email));
    call.label = "/contacts/{email}";
    call.body = update_body(contact);
    return send(std::move(call), pacers_.contacts);
}

boost::asio::awaitable<http::Answer<Done>> HttpApi::send_event(Event event) {
    http::ApiCall call;
    call.verb = http::Verb::post;
    call.target = "/events";
    call.body = event_body(event);
    return send(std::move(call), pacers_.events);
}

boost::asio::awaitable<http::Answer<Done>> HttpApi::create_attribute(Attribute attribute) {
    http::ApiCall call;
    call.verb = http::Verb::post;
    call.target = "/contacts/attributes/normal/" + http::percent_encode(attribute.name);
    call.body = fmt::format(R"({{"type":"{}"}})", type_name(attribute.type));
    return send(std::move(call), pacers_.contacts);
}

boost::asio::awaitable<http::Answer<std::vector<Attribute>>> HttpApi::attributes() {
    http::ApiCall call;
    call.target = "/contacts/attributes";
    auto response = co_await client_.call(call, pacers_.contacts);
    if (!response) co_return response.error();
    try {
        co_return parse_attributes(response->body());
    } catch (const ShapeError& error) {
        http::ApiFailure failure;
        failure.reason = fmt::format("Brevo's answer to GET /contacts/attributes cannot be read: {}", error.what());
        failure.status = response->result_int();
        failure.body = response->body();
        co_return failure;
    }
}

}  // namespace brevo
