// The Brevo API over HTTP. https://developers.brevo.com/reference/
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/api_client.hpp"
#include "brevo/api.hpp"

namespace brevo {

struct ApiSettings {
    http::Url url;
    std::string ca_file;
    std::shared_ptr<api::Credential> credential;
    std::shared_ptr<api::Traffic> traffic{};  // counts the calls; null: nobody does
};

// The rate limit holds for all /contacts... calls together and for /events by itself.
struct Budgets {
    std::shared_ptr<api::Budget> contacts;
    std::shared_ptr<api::Budget> events;
};

api::ApiDialect dialect();

class HttpApi final : public Api {
public:
    // `service`: what its writes are made for.
    HttpApi(boost::asio::any_io_executor executor, ApiSettings settings, Budgets budgets,
            net::Interruption& interruption, api::ServiceClass service = api::ServiceClass::webhook);

    boost::asio::awaitable<api::Answer<Done>> upsert_contact(Contact contact, http::Guard guard) override;
    boost::asio::awaitable<api::Answer<Done>> update_contact(Contact contact, http::Guard guard) override;
    boost::asio::awaitable<api::Answer<Done>> send_event(Event event, http::Guard guard) override;
    boost::asio::awaitable<api::Answer<std::vector<Attribute>>> attributes() override;
    boost::asio::awaitable<api::Answer<Done>> create_attribute(Attribute attribute) override;
    boost::asio::awaitable<api::Answer<bool>> has_list(ListId list) override;

private:
    boost::asio::awaitable<api::Answer<Done>> send(api::ApiCall call, std::shared_ptr<api::Budget> budget);
    boost::asio::awaitable<api::Answer<Done>> write(api::ApiCall call, Contact contact);

    api::ApiClient client_;
    Budgets budgets_;
    api::ServiceClass service_;
};

}  // namespace brevo
