#include "sandbox/refusal.hpp"

namespace sandbox {

CalendlyRefusal invalid_argument(std::vector<FieldError> details) {
    return {400, "Invalid Argument", "The supplied parameters are invalid.", std::move(details)};
}

CalendlyRefusal not_found() {
    return {404, "Resource Not Found", "The server could not find the requested resource."};
}

CalendlyRefusal insufficient_scope(std::vector<std::string> required) {
    CalendlyRefusal refusal{403, "Insufficient scope", "The token lacks a scope that this call needs."};
    refusal.required_scopes = std::move(required);
    return refusal;
}

CalendlyRefusal permission_denied(const std::string& message) {
    return {403, "Permission Denied", message};
}

Answer to_answer(const CalendlyRefusal& refusal) {
    json::object body{{"title", refusal.title}, {"message", refusal.what()}};
    json::array details;
    for (const auto& error : refusal.details)
        details.push_back({{"parameter", error.parameter}, {"message", error.message}});
    if (!refusal.code.empty()) details.push_back({{"code", refusal.code}, {"message", refusal.what()}});
    if (!details.empty()) body["details"] = std::move(details);
    if (!refusal.required_scopes.empty()) body["required_scopes"] = json::value_from(refusal.required_scopes);
    Answer answer;
    answer.status = refusal.status;
    answer.body = std::move(body);
    if (refusal.retry_after > 0)
        answer.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after));
    return answer;
}

void require_valid(const Fields& fields) {
    if (!fields.errors().empty()) throw invalid_argument(fields.errors());
}

json::object parse_object(const std::string& body) {
    if (body.empty()) return {};
    boost::system::error_code error;
    auto parsed = json::parse(body, error);
    if (error) throw invalid_argument({{"body", "is not JSON: " + error.message()}});
    if (!parsed.is_object()) throw invalid_argument({{"body", "must be an object"}});
    return std::move(parsed.get_object());
}

}  // namespace sandbox
