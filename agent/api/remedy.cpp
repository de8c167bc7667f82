#include "api/remedy.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>

namespace api {

Remedy remedy_of(unsigned status, std::span<const unsigned> parking) noexcept {
    if (std::ranges::find(parking, status) != parking.end()) return Remedy::park;
    if (status == 408 || status == 425 || status == 429 || status >= 500) return Remedy::retry;
    return Remedy::give_up;
}

bool is_the_apis_own(unsigned status, std::string_view body) {
    if (status == 413 || status == 414 || status == 431) return true;
    if (status / 100 != 4 || status == 407) return false;
    const bool says_nothing = body.empty() && status != 404;
    return says_nothing || is_json_object(body);
}

bool is_json_object(std::string_view body) {
    boost::system::error_code error;
    const auto value = boost::json::parse({body.data(), body.size()}, error);
    return !error && value.is_object();
}

}  // namespace api
