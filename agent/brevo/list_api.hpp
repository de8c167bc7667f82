// The calls of the Brevo API about the account's lists.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "brevo/list.hpp"

namespace brevo {

class ListApi {
public:
    virtual ~ListApi() = default;

    // Every page.
    virtual boost::asio::awaitable<api::Answer<std::vector<List>>> lists() = 0;
    // Any folder that lists can be made in; one is made when the account has none.
    virtual boost::asio::awaitable<api::Answer<std::int64_t>> folder() = 0;
    // Names need not be unique: made twice, there are two.
    virtual boost::asio::awaitable<api::Answer<ListId>> create_list(std::string name,
                                                                    std::int64_t folder) = 0;
};

}  // namespace brevo
