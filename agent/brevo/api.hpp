// The calls of the Brevo API that bring a contact to its state and start automations.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "brevo/types.hpp"
#include "http/guard.hpp"

namespace brevo {

struct Done {
    std::string oddity{};  // in which way the success was no usual one: "200 with 12 bytes"; "": in none
    unsigned status = 0;   // HTTP
};

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

}  // namespace brevo
