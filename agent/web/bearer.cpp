#include "web/bearer.hpp"

#include <string>

#include <openssl/crypto.h>

namespace web {

bool bears(const http::Request& request, std::string_view token) {
    const auto expected = std::string("Bearer ").append(token);
    const auto given = request[http::Field::authorization];
    return are_same({given.data(), given.size()}, expected);
}

bool are_same(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace web
