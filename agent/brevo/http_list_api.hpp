// Brevo's lists over HTTP. https://developers.brevo.com/reference/getlists-1
#pragma once

#include <string_view>
#include <type_traits>

#include "brevo/http_api.hpp"
#include "brevo/list_api.hpp"

namespace brevo {

// All of its calls are of the /contacts family, with its rate limit.
class HttpListApi final : public ListApi {
public:
    HttpListApi(boost::asio::any_io_executor executor, ApiSettings settings, Budgets budgets,
                net::Interruption& interruption);

    boost::asio::awaitable<api::Answer<std::vector<List>>> lists() override;
    boost::asio::awaitable<api::Answer<std::int64_t>> folder() override;
    boost::asio::awaitable<api::Answer<ListId>> create_list(std::string name, std::int64_t folder) override;

private:
    template <auto parse>
    using Parsed = api::Answer<std::invoke_result_t<decltype(parse), std::string_view>>;

    template <auto parse>
    boost::asio::awaitable<Parsed<parse>> ask(api::ApiCall call);
    boost::asio::awaitable<api::Answer<std::vector<List>>> page(std::size_t offset);
    boost::asio::awaitable<api::Answer<std::int64_t>> make(api::Operation operation, std::string target,
                                                           std::string body);

    api::ApiClient client_;
    std::shared_ptr<api::Budget> budget_;
};

}  // namespace brevo
