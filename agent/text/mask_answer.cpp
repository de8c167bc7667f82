#include "text/mask_answer.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <boost/json.hpp>
#include "text/text.hpp"

namespace text {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_answer = 300;  // bytes of an answer

// Sorted. No word that is a name as well.
constexpr std::array<std::string_view, 131> harmless_words = {"a",
                                                              "accepted",
                                                              "access",
                                                              "account",
                                                              "address",
                                                              "again",
                                                              "allowed",
                                                              "already",
                                                              "an",
                                                              "and",
                                                              "another",
                                                              "any",
                                                              "api",
                                                              "are",
                                                              "argument",
                                                              "array",
                                                              "associated",
                                                              "at",
                                                              "attribute",
                                                              "attributes",
                                                              "bad",
                                                              "be",
                                                              "blocked",
                                                              "boolean",
                                                              "by",
                                                              "cannot",
                                                              "category",
                                                              "code",
                                                              "contact",
                                                              "contacts",
                                                              "could",
                                                              "country",
                                                              "create",
                                                              "created",
                                                              "credits",
                                                              "date",
                                                              "deleted",
                                                              "denied",
                                                              "details",
                                                              "detected",
                                                              "different",
                                                              "does",
                                                              "duplicate",
                                                              "duplicates",
                                                              "email",
                                                              "empty",
                                                              "error",
                                                              "event",
                                                              "exceeded",
                                                              "exist",
                                                              "existing",
                                                              "exists",
                                                              "expected",
                                                              "failed",
                                                              "field",
                                                              "float",
                                                              "for",
                                                              "forbidden",
                                                              "format",
                                                              "found",
                                                              "gateway",
                                                              "has",
                                                              "have",
                                                              "header",
                                                              "headers",
                                                              "html",
                                                              "http",
                                                              "id",
                                                              "identifier",
                                                              "identifiers",
                                                              "ids",
                                                              "in",
                                                              "input",
                                                              "insufficient",
                                                              "internal",
                                                              "invalid",
                                                              "invitee",
                                                              "ip",
                                                              "is",
                                                              "json",
                                                              "key",
                                                              "landline",
                                                              "limit",
                                                              "list",
                                                              "lists",
                                                              "matched",
                                                              "message",
                                                              "metadata",
                                                              "method",
                                                              "missing",
                                                              "must",
                                                              "no",
                                                              "not",
                                                              "null",
                                                              "number",
                                                              "object",
                                                              "of",
                                                              "or",

                                                              "parameter",
                                                              "payload",
                                                              "permission",
                                                              "permissions",
                                                              "phone",
                                                              "plan",
                                                              "please",
                                                              "process",
                                                              "proxy",
                                                              "rate",
                                                              "request",
                                                              "required",
                                                              "resource",
                                                              "route",
                                                              "scope",
                                                              "server",
                                                              "should",
                                                              "sms",
                                                              "status",
                                                              "string",
                                                              "the",
                                                              "this",
                                                              "title",
                                                              "to",
                                                              "token",
                                                              "too",
                                                              "type",
                                                              "unable",
                                                              "unauthenticated",
                                                              "unauthorized",
                                                              "unknown",
                                                              "valid",
                                                              "whatsapp"};
static_assert(std::ranges::is_sorted(harmless_words));

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_harmless_word(std::string_view word) {
    return std::ranges::all_of(word, is_letter) &&
           std::ranges::binary_search(harmless_words, std::string_view(lower_case(word)));
}

// Words stand between blanks, tags and signs; what is glued to anything else is no word.
std::string mask_prose(std::string_view text) {
    constexpr std::string_view breaks = " \t\r\n\"'<>/(),;:.!?_";
    std::string masked;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(breaks), text.size());
        const auto word = text.substr(0, end);
        if (!word.empty()) masked += is_harmless_word(word) ? std::string(word) : "***";
        text.remove_prefix(end);
        const auto gap = std::min(text.find_first_not_of(breaks), text.size());
        for (const char c : text.substr(0, gap)) masked += c == '\r' || c == '\n' || c == '\t' ? ' ' : c;
        text.remove_prefix(gap);
    }
    return masked;
}

json::value masked(const json::value& value) {
    if (const auto* array = value.if_array()) {
        json::array items;
        for (const auto& item : *array) items.push_back(masked(item));
        return items;
    }
    if (const auto* object = value.if_object()) {
        json::object members;
        for (const auto& member : *object)
            members[mask_prose({member.key().data(), member.key().size()})] = masked(member.value());
        return members;
    }
    if (const auto* text = value.if_string()) return json::string(mask_prose({text->data(), text->size()}));
    return value.is_number() ? json::value("***") : value;
}

}  // namespace

std::string mask_answer(std::string_view answer) {
    boost::system::error_code error;
    const auto value = json::parse({answer.data(), answer.size()}, error);
    const auto text = error ? mask_prose(clip(answer, longest_answer)) : json::serialize(masked(value));
    return std::string(clip(text, longest_answer));
}

}  // namespace text
