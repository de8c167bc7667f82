#include "brevo/refusal.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>
#include <boost/json.hpp>

namespace brevo {
namespace {

namespace json = boost::json;
using api::Remedy;
using Names = std::vector<std::string>;
using Words = std::vector<std::string_view>;
using Phrases = std::span<const std::string_view>;

// The key, the account's payment and the key's rights, or an IP address that is not on the account's list.
constexpr std::array parking_statuses = {401U, 402U, 403U};

constexpr std::string_view word_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// Sentences of Brevo that say why; what stands around them may be about a person.
constexpr std::array<std::string_view, 24> known_sentences = {"Key not found",
                                                              "authentication not found in headers",
                                                              "API Key is not enabled",
                                                              "unrecognised IP address",
                                                              "already associated with another Contact",
                                                              "Contact already exist",
                                                              "Contact already in list",
                                                              "Contact does not exist",
                                                              "List ID does not exist",
                                                              "Attribute name must be unique",
                                                              "Attribute not found",
                                                              "Invalid phone number",
                                                              "invalid date format",
                                                              "email is not valid",
                                                              "email is missing",
                                                              "is not valid",
                                                              "is missing",
                                                              "is invalid",
                                                              "should be",
                                                              "should not be",
                                                              "does not exist",
                                                              "not allowed",
                                                              "Nothing to update",
                                                              "Too Many Requests"};

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

std::string_view member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
    const auto* text = value ? value->if_string() : nullptr;
    return text ? view(*text) : std::string_view();
}

std::optional<json::object> parse_object(std::string_view body) {
    boost::system::error_code error;
    auto value = json::parse({body.data(), body.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

bool says(std::string_view text, std::string_view phrase) {
    return !api::known_phrase(text, Phrases(&phrase, 1)).empty();
}

bool says_one_of(std::string_view text, std::initializer_list<std::string_view> phrases) {
    return !api::known_phrase(text, Phrases(phrases.begin(), phrases.size())).empty();
}

bool is_code(std::string_view code) {
    return !code.empty() && code.size() <= 40 &&
           code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == code.npos;
}

bool is_own(unsigned status, const json::object& body) {
    const auto code = member(body, "code");
    if (!is_code(code) || member(body, "message").empty()) return false;
    return status != 404 || code == "document_not_found";
}

// Of the account, whatever the call.
Remedy remedy_of_code(const json::object& body) {
    const auto code = member(body, "code");
    for (const auto* passing : {"account_in_process", "account_under_validation", "too_many_requests"})
        if (code == passing) return Remedy::retry;
    return code == "duplicate_request" ? Remedy::conflict : Remedy::give_up;
}

// The words of a text: letters, digits and underscores.
Words words_of(std::string_view text) {
    Words words;
    while (true) {
        const auto begin = std::min(text.find_first_of(word_characters), text.size());
        text.remove_prefix(begin);
        if (text.empty()) return words;
        const auto end = std::min(text.find_first_not_of(word_characters), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

// The address that is not on the account's list is this machine's, and what its owner must know.
std::string address_in(std::string_view message) {
    constexpr std::string_view address_characters = "0123456789abcdefABCDEF.:";
    while (!message.empty()) {
        const auto end = std::min(message.find(' '), message.size());
        auto word = message.substr(0, std::min(end, message.find_first_not_of(address_characters)));
        while (word.ends_with('.') || word.ends_with(':')) word.remove_suffix(1);
        boost::system::error_code error;
        const auto address = boost::asio::ip::make_address(std::string(word), error);
        if (!error) return address.to_string();
        message.remove_prefix(std::min(end + 1, message.size()));
    }
    return {};
}

std::string words(const json::object& body) {
    std::string text(member(body, "code"));
    const auto message = member(body, "message");
    const auto sentence = api::known_phrase(message, known_sentences);
    if (sentence.empty()) return text;
    text += fmt::format(", {}", sentence);
    const auto address = sentence == "unrecognised IP address" ? address_in(message) : std::string();
    if (!address.empty()) text += " " + address;
    return text;
}

bool is_same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && says(a, b);
}

// As Brevo's messages and metadata call them.
std::string_view phone_called(std::string_view word) {
    if (is_same(word, "SMS")) return "SMS";
    if (is_same(word, "WHATSAPP")) return "WHATSAPP";
    if (is_same(word, "LANDLINE_NUMBER") || is_same(word, "LANDLINE")) return "LANDLINE_NUMBER";
    return {};
}

Names attributes_if(const Contact& contact, auto matches) {
    Names names;
    for (const auto& [name, value] : contact.attributes)
        if (matches(name, value)) names.push_back(name);
    return names;
}

// Phones are known in every case; other names, which may be words of the language as well, as they are spelt.
Names named_by(const Words& words, const Contact& contact) {
    return attributes_if(contact, [&](const std::string& name, const Value&) {
        return std::ranges::any_of(
            words, [&](std::string_view word) { return word == name || phone_called(word) == name; });
    });
}

bool has_word(std::string_view message, std::initializer_list<std::string_view> wanted) {
    return std::ranges::any_of(words_of(message), [&](std::string_view word) {
        return std::ranges::any_of(wanted, [&](std::string_view one) { return is_same(word, one); });
    });
}

// "company is not valid": without it the contact would be a dead letter, so that a word of the language does
// no harm.
Names named_in_any_case(std::string_view message, const Contact& contact) {
    return attributes_if(contact,
                         [&](const std::string& name, const Value&) { return has_word(message, {name}); });
}

// "attributes.company should be a string"
Names named_in_another_case(std::string_view message, const Contact& contact) {
    return has_word(message, {"attribute", "attributes"}) ? named_in_any_case(message, contact) : Names();
}

Words duplicates_in(const json::object& error) {
    Words names;
    const auto* metadata = error.if_contains("metadata");
    const auto* object = metadata ? metadata->if_object() : nullptr;
    const auto* duplicates = object ? object->if_contains("duplicate_identifiers") : nullptr;
    const auto* array = duplicates ? duplicates->if_array() : nullptr;
    if (!array) return names;
    for (const auto& name : *array)
        if (const auto* text = name.if_string()) names.push_back(view(*text));
    return names;
}

bool is_date(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text && text->size() == 10 && (*text)[4] == '-' && (*text)[7] == '-' &&
           text->find_first_not_of("0123456789-") == text->npos;
}

bool is_taken(std::string_view message) {
    return says_one_of(message, {"already associated", "already exist", "already in use", "already used",
                                 "already taken", "duplicate"});
}

bool is_about_phones(std::string_view message) {
    return says_one_of(message, {"phone", "mobile", "cell number"});
}

bool is_about_the_address(std::string_view message) {
    return says_one_of(message, {"email", "e-mail", "contact already exist"});
}

// Where the message tells the kind and not the name.
Names of_kind(std::string_view message, const Contact& contact) {
    if (is_about_phones(message))
        return attributes_if(contact,
                             [](const auto& name, const Value&) { return is_phone_attribute(name); });
    if (has_word(message, {"date", "dates"}))
        return attributes_if(contact, [](const auto&, const Value& value) { return is_date(value); });
    return {};
}

// Taken by somebody else, and nothing says what: only a phone can be.
Names taken_phones(const json::object& error, const Contact& contact) {
    const auto message = member(error, "message");
    if (!is_taken(message) || is_about_the_address(message) || !duplicates_in(error).empty()) return {};
    if (has_word(message, {"list", "lists", "attribute", "attributes", "ext_id"})) return {};
    return attributes_if(contact, [](const auto& name, const Value&) { return is_phone_attribute(name); });
}

}  // namespace

const api::RefusalForm refusal_form = {parking_statuses, is_own, remedy_of_code, words};

Names refused_attributes(std::string_view error_body, const Contact& contact) {
    const auto error = parse_object(error_body);
    if (!error) return {};
    const auto message = member(*error, "message");
    auto names = named_by(duplicates_in(*error), contact);
    if (names.empty()) names = named_by(words_of(message), contact);
    if (names.empty()) names = named_in_another_case(message, contact);
    if (names.empty()) names = of_kind(message, contact);
    if (names.empty()) names = taken_phones(*error, contact);
    if (names.empty() && !is_conflict(error_body)) names = named_in_any_case(message, contact);
    return names;
}

bool is_conflict(std::string_view error_body) {
    const auto error = parse_object(error_body);
    if (!error) return false;
    const auto message = member(*error, "message");
    const auto duplicates = duplicates_in(*error);
    const bool is_of_the_address =
        std::ranges::any_of(duplicates, [](std::string_view name) { return says(name, "email"); });
    return is_of_the_address || (is_taken(message) && is_about_the_address(message));
}

bool is_about_lists(std::string_view error_body) {
    const auto error = parse_object(error_body);
    return error && has_word(member(*error, "message"), {"list", "lists"});
}

}  // namespace brevo
