#include "brevo/http_erasure_api.hpp"

#include <fmt/format.h>

namespace brevo {

HttpErasureApi::HttpErasureApi(boost::asio::any_io_executor executor, ApiSettings settings, Budgets budgets,
                               net::Interruption& interruption)
    : client_(std::move(executor), dialect(), settings.url, settings.ca_file, settings.credential,
              interruption, settings.traffic),
      budget_(std::move(budgets.contacts)) {}

boost::asio::awaitable<api::Answer<bool>> HttpErasureApi::erase_contact(std::string email) {
    api::ApiCall call;
    call.operation = api::Operation::erase_contact;
    call.verb = http::Verb::delete_;
    call.target = fmt::format("/contacts/{}?identifierType=email_id", http::percent_encode(email));
    call.label = "/contacts/{email}";
    const auto response = co_await client_.call(std::move(call), budget_);
    if (response) co_return true;
    const auto& failure = response.error();
    if (failure.status == 404 && failure.remedy == api::Remedy::give_up) co_return false;
    co_return failure;
}

}  // namespace brevo
