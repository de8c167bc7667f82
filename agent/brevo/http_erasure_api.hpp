// Contacts forgotten over HTTP. https://developers.brevo.com/reference/deletecontact
#pragma once

#include "brevo/erasure_api.hpp"
#include "brevo/http_api.hpp"

namespace brevo {

class HttpErasureApi final : public ErasureApi {
public:
    HttpErasureApi(boost::asio::any_io_executor executor, ApiSettings settings, Budgets budgets,
                   net::Interruption& interruption);

    boost::asio::awaitable<api::Answer<bool>> erase_contact(std::string email) override;

private:
    api::ApiClient client_;
    std::shared_ptr<api::Budget> budget_;
};

}  // namespace brevo
