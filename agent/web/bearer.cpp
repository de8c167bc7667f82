#include "web/bearer.hpp"

#include <string>

#include <openssl/crypto.h>

namespace web {

bool bears(const http::Request& request, std::string_view token) {
    const auto expected = std::string("Bearer ").append(token);
    const auto given = request[http::Field::authorization];
    return given.size() == expected.size() &&
           CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

}  // namespace web
