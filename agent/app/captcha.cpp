#include "app/captcha.hpp"

#include <memory>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "http/client.hpp"

namespace app {
namespace {

namespace asio = boost::asio;

asio::awaitable<scheduling::Outcome<bool>> ask_captcha(std::shared_ptr<http::Client> client,
                                                       std::string target, std::string token) {
    http::Request request(http::Verb::post, target, 11);
    request.set(http::Field::content_type, "application/json");
    request.body() = boost::json::serialize(boost::json::object{{"token", std::move(token)}});
    auto response = co_await client->send(std::move(request), {}, true);
    if (!response || response->result_int() >= 500) co_return scheduling::unavailable();
    if (response->result_int() / 100 == 2) co_return true;
    co_return scheduling::forbidden("The check that a person books has not been passed.");
}

}  // namespace

scheduling::Verify ask_captcha_at(const std::string& url, asio::any_io_executor executor) {
    if (url.empty()) return {};
    auto address = http::parse_url(url);
    const auto target = address.base_path.empty() ? "/" : address.base_path;
    address.base_path.clear();
    const auto client = std::make_shared<http::Client>(std::move(executor), std::move(address));
    return [client, target](std::string token) { return ask_captcha(client, target, std::move(token)); };
}

}  // namespace app
