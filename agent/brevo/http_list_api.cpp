#include "brevo/http_list_api.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "brevo/codec.hpp"

namespace brevo {
namespace {

constexpr std::size_t page_size = 50;      // Brevo gives no more
constexpr std::size_t most_lists = 5'000;  // that anybody chooses among
constexpr auto own_folder = "Calendly";

boost::json::object named(std::string_view name) {
    boost::json::object object;
    object["name"] = boost::json::string_view(name.data(), name.size());
    return object;
}

}  // namespace

HttpListApi::HttpListApi(boost::asio::any_io_executor executor, ApiSettings settings, Budgets budgets,
                         net::Interruption& interruption)
    : client_(std::move(executor), dialect(), settings.url, settings.ca_file, settings.credential,
              interruption, settings.traffic),
      budget_(std::move(budgets.contacts)) {}

// What the answer tells, as `parse` reads it.
template <auto parse>
boost::asio::awaitable<HttpListApi::Parsed<parse>> HttpListApi::ask(api::ApiCall call) {
    const std::string target = call.target;
    auto response = co_await client_.call(std::move(call), budget_);
    if (!response) co_return response.error();
    try {
        co_return parse(response->body());
    } catch (const ShapeError&) {
        co_return api::strange_answer("Brevo", target, response->result_int(), response->body());
    }
}

boost::asio::awaitable<api::Answer<std::vector<List>>> HttpListApi::page(std::size_t offset) {
    api::ApiCall call;
    call.operation = api::Operation::lists;
    call.target = fmt::format("/contacts/lists?limit={}&offset={}", page_size, offset);
    return ask<parse_lists>(std::move(call));
}

boost::asio::awaitable<api::Answer<std::vector<List>>> HttpListApi::lists() {
    std::vector<List> all;
    while (all.size() < most_lists) {
        auto some = co_await page(all.size());
        if (!some) co_return some.error();
        std::ranges::move(*some, std::back_inserter(all));
        if (some->size() < page_size) break;
    }
    co_return all;
}

boost::asio::awaitable<api::Answer<std::int64_t>> HttpListApi::make(api::Operation operation,
                                                                    std::string target, std::string body) {
    api::ApiCall call;
    call.operation = operation;
    call.verb = http::Verb::post;
    call.target = std::move(target);
    call.body = std::move(body);
    return ask<parse_new_id>(std::move(call));
}

boost::asio::awaitable<api::Answer<std::int64_t>> HttpListApi::folder() {
    api::ApiCall call;
    call.operation = api::Operation::folders;
    call.target = "/contacts/folders?limit=1&offset=0";
    auto first = co_await ask<parse_first_folder>(std::move(call));
    if (!first) co_return first.error();
    if (*first) co_return **first;
    auto body = named(own_folder);
    auto made =
        co_await make(api::Operation::create_folder, "/contacts/folders", boost::json::serialize(body));
    co_return made;
}

boost::asio::awaitable<api::Answer<ListId>> HttpListApi::create_list(std::string name, std::int64_t folder) {
    auto body = named(name);
    body["folderId"] = folder;
    return make(api::Operation::create_list, "/contacts/lists", boost::json::serialize(body));
}

}  // namespace brevo
