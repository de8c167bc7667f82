#include "calendly/http_account_api.hpp"

#include <fmt/format.h>

#include "calendly/account_parse.hpp"
#include "calendly/link.hpp"
#include "calendly/parse.hpp"

namespace calendly {
namespace {

constexpr std::size_t most_pages = 10'000;  // of a listing; a token that comes back would never end it

// What `parse` makes of a body, or the failure that says why nothing can be made of it.
template <typename Parse>
auto parsed(std::string_view what, const http::Response& response, Parse parse)
    -> api::Answer<decltype(parse(response.body()))> {
    try {
        return parse(response.body());
    } catch (const ShapeError& error) {
        return unreadable_answer(what, response, error.what());
    }
}

}  // namespace

HttpAccountApi::HttpAccountApi(boost::asio::any_io_executor executor, ApiSettings settings,
                               std::shared_ptr<api::Budget> budget, net::Interruption& interruption,
                               api::ServiceClass service)
    : client_(std::move(executor), dialect(), settings.url, settings.ca_file, settings.credential,
              interruption, settings.traffic),
      budget_(std::move(budget)),
      service_(service) {}

boost::asio::awaitable<api::Answer<http::Response>> HttpAccountApi::ask(api::ApiCall call) {
    call.service = service_;
    auto response = co_await client_.call(call, budget_);
    co_return response;
}

boost::asio::awaitable<api::Answer<User>> HttpAccountApi::me() {
    api::ApiCall call;
    call.operation = api::Operation::user;
    call.target = "/users/me";
    auto response = co_await ask(call);
    if (!response) co_return response.error();
    co_return parsed("GET /users/me", *response,
                     [](const auto& body) { return parse_user(parse_resource(body)); });
}

// Of one user there is one membership, and of somebody without one nothing is known.
boost::asio::awaitable<api::Answer<Role>> HttpAccountApi::role(User user) {
    auto memberships =
        co_await list(api::Operation::membership,
                      fmt::format("/organization_memberships?user={}&organization={}",
                                  http::percent_encode(user.uri), http::percent_encode(user.organization)),
                      parse_membership);
    if (!memberships) co_return memberships.error();
    co_return memberships->empty() ? Role::user : memberships->front();
}

boost::asio::awaitable<api::Answer<std::vector<Subscription>>> HttpAccountApi::subscriptions(
    std::string organization, Scope scope, std::string user) {
    auto target = fmt::format("/webhook_subscriptions?organization={}&scope={}",
                              http::percent_encode(organization), to_string(scope));
    if (scope == Scope::user) target += "&user=" + http::percent_encode(user);
    return list(api::Operation::subscriptions, std::move(target), parse_subscription);
}

boost::asio::awaitable<api::Answer<Subscription>> HttpAccountApi::subscribe(NewSubscription subscription) {
    api::ApiCall call;
    call.operation = api::Operation::subscribe;
    call.verb = http::Verb::post;
    call.target = "/webhook_subscriptions";
    call.body = to_json(subscription);
    auto response = co_await ask(call);
    if (!response) co_return response.error();
    co_return parsed("POST /webhook_subscriptions", *response,
                     [](const auto& body) { return parse_subscription(parse_resource(body)); });
}

boost::asio::awaitable<api::Answer<bool>> HttpAccountApi::unsubscribe(std::string uri) {
    const auto id = uri.substr(uri.rfind('/') + 1);
    api::ApiCall call;
    call.operation = api::Operation::unsubscribe;
    call.verb = http::Verb::delete_;
    call.target = "/webhook_subscriptions/" + http::percent_encode(id);
    auto response = co_await ask(call);
    const bool is_gone =
        !response && response.error().status == 404 && response.error().remedy == api::Remedy::give_up;
    if (!response && !is_gone) co_return response.error();
    co_return true;
}

template <typename Item>
boost::asio::awaitable<api::Answer<std::vector<Item>>> HttpAccountApi::list(
    api::Operation operation, std::string target, Item (*parse)(const boost::json::value&)) {
    const auto path = target.substr(0, target.find('?'));
    const auto label = "GET " + path;
    std::vector<Item> items;
    std::string token;
    for (std::size_t pages = 0; pages < most_pages; ++pages) {
        api::ApiCall call;
        call.operation = operation;
        call.target = target + (target.find('?') == target.npos ? "?" : "&") + "count=100";
        if (!token.empty()) call.target += "&page_token=" + http::percent_encode(token);
        call.label = path;
        auto response = co_await ask(call);
        if (!response) co_return response.error();
        auto page = parsed(label, *response, parse_page);
        if (!page) co_return page.error();
        auto more = parsed(label, *response, [&](const auto&) {
            std::vector<Item> read;
            for (const auto& item : page->items) read.push_back(parse(item));
            return read;
        });
        if (!more) co_return more.error();
        std::move(more->begin(), more->end(), std::back_inserter(items));
        if (page->next_page_token.empty() || page->next_page_token == token) break;
        token = std::move(page->next_page_token);
    }
    co_return items;
}

}  // namespace calendly
