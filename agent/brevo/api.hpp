// The calls of the Brevo API that bring a contact to its state and start automations.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "api/api_client.hpp"
#include "brevo/types.hpp"

namespace brevo {

struct Done {};

class Api {
public:
    virtual ~Api() = default;

    // A write whose guard says no is not sent: Remedy::withheld.
    // Creates or updates; joins lists, never leaves any.
    virtual boost::asio::awaitable<api::Answer<Done>> upsert_contact(Contact contact, http::Guard guard) = 0;
    // Updates only (404: no such contact); joins and leaves lists.
    virtual boost::asio::awaitable<api::Answer<Done>> update_contact(Contact contact, http::Guard guard) = 0;
    // No de-duplication at Brevo: sent twice, an automation starts twice.
    virtual boost::asio::awaitable<api::Answer<Done>> send_event(Event event, http::Guard guard) = 0;

    virtual boost::asio::awaitable<api::Answer<std::vector<Attribute>>> attributes() = 0;
    virtual boost::asio::awaitable<api::Answer<Done>> create_attribute(Attribute attribute) = 0;
    virtual boost::asio::awaitable<api::Answer<bool>> has_list(ListId list) = 0;
};

struct ApiSettings {
    http::Url url;
    std::string ca_file;
    std::string api_key;
};

// The rate limit holds for all /contacts... calls together and for /events by itself.
struct Budgets {
    std::shared_ptr<api::Budget> contacts;
    std::shared_ptr<api::Budget> events;
};

class HttpApi final : public Api {
public:
    HttpApi(boost::asio::any_io_executor executor, ApiSettings settings, Budgets budgets,
            net::Interruption& interruption);

    boost::asio::awaitable<api::Answer<Done>> upsert_contact(Contact contact, http::Guard guard) override;
    boost::asio::awaitable<api::Answer<Done>> update_contact(Contact contact, http::Guard guard) override;
    boost::asio::awaitable<api::Answer<Done>> send_event(Event event, http::Guard guard) override;
    boost::asio::awaitable<api::Answer<std::vector<Attribute>>> attributes() override;
    boost::asio::awaitable<api::Answer<Done>> create_attribute(Attribute attribute) override;
    boost::asio::awaitable<api::Answer<bool>> has_list(ListId list) override;

private:
    boost::asio::awaitable<api::Answer<Done>> send(api::ApiCall call, std::shared_ptr<api::Budget> budget);

    api::ApiClient client_;
    Budgets budgets_;
};

// 401, 402 and 403 park; 408, 425, 429 and 5xx are tried again; every other status is final.
api::Remedy remedy_of(unsigned status);

}  // namespace brevo
