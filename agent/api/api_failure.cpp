#include "api/api_failure.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "text/mask_answer.hpp"

namespace api {

std::string describe(const ApiFailure& failure) {
    if (failure.words.empty()) return failure.reason;
    return fmt::format("{}: {}", failure.reason, failure.words);
}

bool is_for_leaders_only(const ApiFailure& failure) noexcept {
    return failure.status == 403 && failure.required_scopes.empty();
}

std::string masked_answer(const ApiFailure& failure) {
    return failure.body.empty() ? std::string() : text::mask_answer(failure.body);
}

ApiFailure strange_answer(std::string_view api, std::string_view what, unsigned status, std::string body) {
    ApiFailure failure;
    failure.status = status;
    failure.reason = fmt::format("the answer to {} is not {}'s: {} without its JSON", what, api, status);
    failure.body = std::move(body);
    return failure;
}

void throw_exception_from_error(const ApiFailure& failure, const boost::source_location&) {
    throw std::runtime_error(failure.reason);
}

}  // namespace api
