#include "api/api_failure.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "text/mask.hpp"
#include "text/text.hpp"

namespace api {
namespace {

namespace json = boost::json;

constexpr std::size_t max_logged_size = 300;  // bytes of an answer

// What the API says of its refusal; never what it answered besides, which may be a person's data.
std::string said(const ApiFailure& failure) {
    if (failure.status / 100 == 2) return {};
    boost::system::error_code error;
    const auto value = json::parse(failure.body, error);
    if (error || !value.is_object()) return std::string(text::clip(failure.body, max_logged_size));
    std::string text;
    for (const auto* member : {"code", "title", "message"}) {
        const auto* part = value.as_object().if_contains(member);
        if (!part || !part->is_string()) continue;
        if (!text.empty()) text += ", ";
        text += std::string_view(part->as_string());
    }
    return std::string(text::clip(text, max_logged_size));
}

}  // namespace

std::string describe(const ApiFailure& failure) {
    const auto answer = said(failure);
    if (answer.empty()) return failure.reason;
    return fmt::format("{}: {}", failure.reason, text::mask_words(answer));
}

void throw_exception_from_error(const ApiFailure& failure, const boost::source_location&) {
    throw std::runtime_error(failure.reason);
}

}  // namespace api
