// The call of the Brevo API that forgets a contact.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"

namespace brevo {

class ErasureApi {
public:
    virtual ~ErasureApi() = default;

    // False: there is no such contact, and Brevo itself says so.
    virtual boost::asio::awaitable<api::Answer<bool>> erase_contact(std::string email) = 0;
};

}  // namespace brevo
