#include "calendly/refusal.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

namespace calendly {
namespace {

namespace json = boost::json;

// The token. A 403 concerns the one resource that it may not see.
constexpr std::array parking_statuses = {401U};

// Members of the form in which gateways and frameworks say what went wrong (RFC 9457 and its like), which has
// a title, too.
constexpr std::array<std::string_view, 8> foreign_members = {"type",  "status",    "statusCode", "detail",
                                                             "error", "timestamp", "instance",   "path"};

// A title is a text, and another one may hold anything: only those that Calendly documents are repeated.
constexpr std::array<std::string_view, 15> known_titles = {"Unauthenticated",
                                                           "Unauthorized",
                                                           "Permission Denied",
                                                           "Insufficient scope",
                                                           "Resource Not Found",
                                                           "Invalid Argument",
                                                           "Invalid Email",
                                                           "Already Exists",
                                                           "Already Invited",
                                                           "Already Organization Member",
                                                           "Invitation Already Accepted",
                                                           "Race Condition",
                                                           "External Calendar Error",
                                                           "Too Many Requests",
                                                           "Internal Server Error"};

const json::string* text_member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
    return value ? value->if_string() : nullptr;
}

bool has(const json::object& object, std::string_view name) {
    return object.contains(json::string_view(name.data(), name.size()));
}

// The message may be missing, but it is never anything else than a text.
bool is_own(unsigned, const json::object& body) {
    const auto* title = text_member(body, "title");
    if (!title || title->empty() || (has(body, "message") && !text_member(body, "message"))) return false;
    return std::ranges::none_of(foreign_members, [&](std::string_view name) { return has(body, name); });
}

api::Remedy remedy_of_code(const json::object&) {
    return api::Remedy::give_up;
}

// Names of scopes as Calendly has them, "webhooks:write", and nothing else that may stand there.
bool is_scope(std::string_view text) {
    const auto colon = text.find(':');
    const auto right = colon == text.npos ? std::string_view() : text.substr(colon + 1);
    return (right == "read" || right == "write") && colon > 0 && colon <= 40 &&
           text.substr(0, colon).find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == text.npos;
}

std::vector<std::string> required_scopes(const json::object& body) {
    constexpr std::size_t most = 8;
    const auto* value = body.if_contains("required_scopes");
    const auto* names = value ? value->if_array() : nullptr;
    std::vector<std::string> scopes;
    if (!names) return scopes;
    for (const auto& name : *names) {
        const auto* text = name.if_string();
        if (text && is_scope({text->data(), text->size()}) && scopes.size() < most)
            scopes.emplace_back(text->data(), text->size());
    }
    return scopes;
}

std::string words(const json::object& body) {
    const auto* title = text_member(body, "title");
    std::string words(api::known_phrase({title->data(), title->size()}, known_titles));
    const auto scopes = required_scopes(body);
    if (scopes.empty()) return words;
    return fmt::format("{}{}the token needs {}", words, words.empty() ? "" : ", ", fmt::join(scopes, " or "));
}

}  // namespace

const api::RefusalForm refusal_form = {parking_statuses, is_own, remedy_of_code, words, required_scopes};

std::string for_leaders_only(std::string_view things) {
    return fmt::format("Calendly shows an organization's {} to its owner and its admins only", things);
}

}  // namespace calendly
