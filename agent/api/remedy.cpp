#include "api/remedy.hpp"

#include <algorithm>
#include <optional>

#include <boost/json.hpp>

namespace api {
namespace {

namespace json = boost::json;

bool contains(std::span<const unsigned> statuses, unsigned status) {
    return std::ranges::find(statuses, status) != statuses.end();
}

bool is_passing(unsigned status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

bool is_too_much(unsigned status) {
    return status == 413 || status == 414 || status == 431;
}

std::optional<json::object> object_in(std::string_view body) {
    boost::system::error_code error;
    auto value = json::parse({body.data(), body.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

// No redirection, and no proxy that asks for a password, is the API's.
bool can_be_own(unsigned status) {
    return status / 100 >= 4 && status != 407;
}

Remedy remedy_of(unsigned status, const std::optional<json::object>& own, const RefusalForm& form) {
    if (is_passing(status)) return Remedy::retry;
    if (is_too_much(status)) return Remedy::give_up;
    if (!own) return Remedy::retry;
    const auto by_code = form.remedy_of_code(*own);
    if (by_code == Remedy::give_up && contains(form.parking_statuses, status)) return Remedy::park;
    return by_code;
}

// Of letters as ASCII has them: the phrases have no others.
bool are_same_letters(char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(a) == lower(b);
}

}  // namespace

Refusal judge_refusal(unsigned status, std::string_view body, const RefusalForm& form) {
    auto said = can_be_own(status) ? object_in(body) : std::nullopt;
    if (said && !form.is_own(status, *said)) said.reset();
    Refusal refusal;
    refusal.is_own = said.has_value();
    refusal.remedy = remedy_of(status, said, form);
    if (body.empty() && contains(form.parking_statuses, status)) refusal.remedy = Remedy::park;
    if (said) refusal.words = form.words(*said);
    if (said && form.required_scopes) refusal.required_scopes = form.required_scopes(*said);
    return refusal;
}

bool is_json_object(std::string_view body) {
    return object_in(body).has_value();
}

std::string_view known_phrase(std::string_view text, std::span<const std::string_view> phrases) {
    const auto found = std::ranges::find_if(phrases, [&](std::string_view phrase) {
        return !std::ranges::search(text, phrase, are_same_letters).empty();
    });
    return found == phrases.end() ? std::string_view() : *found;
}

}  // namespace api
