#include "sandbox/odd_fields.hpp"

#include <array>
#include <random>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

namespace sandbox {
namespace {

namespace json = boost::json;

// What a JSON value cannot hold is put in later.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> bytes = {
    {{"ODD-BYTES", "\xff\xfe"}, {"ODD-SURROGATE", "\\ud800"}, {"ODD-NUL", "a\\u0000b"}}};

json::object& object_in(json::object& parent, std::string_view name) {
    auto& value = parent[name];
    if (!value.is_object()) value.emplace_object();
    return value.get_object();
}

json::array& array_in(json::object& parent, std::string_view name) {
    auto& value = parent[name];
    if (!value.is_array()) value.emplace_array();
    return value.get_array();
}

using Oddity = void (*)(json::object& payload);

const std::array<Oddity, 13> oddities = {
    [](json::object& payload) {
        object_in(payload, "tracking")["utm_content"] = {"a", "b"};
    },
    [](json::object& payload) { object_in(payload, "tracking")["utm_term"] = 7; },
    [](json::object& payload) {
        object_in(payload, "tracking")["utm_medium"] = json::object{{"a", 1}};
    },
    [](json::object& payload) { object_in(payload, "tracking")["utm_campaign"] = "ODD-BYTES"; },
    [](json::object& payload) { object_in(payload, "tracking")["utm_campaign"] = "ODD-SURROGATE"; },
    [](json::object& payload) { object_in(payload, "tracking")["utm_content"] = "ODD-NUL"; },
    [](json::object& payload) {
        array_in(payload, "questions_and_answers")
            .push_back(json::object{{"question", "Odd one"}, {"answer", 42}, {"position", "last"}});
    },
    [](json::object& payload) {
        array_in(payload, "questions_and_answers")
            .push_back(json::object{{"question", nullptr}, {"answer", nullptr}});
    },
    [](json::object& payload) { array_in(payload, "questions_and_answers").push_back("just a text"); },
    [](json::object& payload) { payload["payment"] = "free"; },
    [](json::object& payload) {
        payload["a_new_member"] = {1, json::object{{"nested", {true, nullptr}}}};
    },
    [](json::object& payload) {
        if (auto* event = payload.if_contains("scheduled_event"); event && event->is_object())
            event->get_object()["event_guests"] = "nobody";
    },
    [](json::object& payload) {
        if (auto* event = payload.if_contains("scheduled_event"); event && event->is_object())
            event->get_object()["meeting_notes_plain"] = 7;
    }};

void replace(std::string& text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

}  // namespace

std::string with_odd_fields(const std::string& body, std::uint64_t seed) {
    auto envelope = json::parse(body);
    std::mt19937_64 random(seed);
    auto& payload = object_in(envelope.as_object(), "payload");
    for (auto left = 1 + random() % 3; left > 0; --left) oddities[random() % oddities.size()](payload);
    auto text = json::serialize(envelope);
    for (const auto& [placeholder, with] : bytes) replace(text, placeholder, with);
    return text;
}

}  // namespace sandbox
