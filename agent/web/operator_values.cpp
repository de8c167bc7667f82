#include "web/operator_values.hpp"

#include <algorithm>
#include <set>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "operating/dead_letters.hpp"
#include "redis/stream_id.hpp"
#include "text/text.hpp"
#include "web/operator_refusal.hpp"

namespace web {
namespace {

namespace json = boost::json;

constexpr std::size_t most_ids = 1000;
constexpr std::size_t most_of_person = 320, most_of_reason = redis::longest_reason, most_of_q = 200,
                      most_of_cursor = 200;

// In characters; what is no UTF-8 counts by its bytes that begin one.
std::size_t length_of(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

std::string checked(const std::string& name, std::string text, std::size_t most) {
    if (text.empty() || length_of(text) > most)
        throw OperatorRefusal::invalid(name, "1 to " + std::to_string(most) + " characters are expected.");
    return text;
}

std::optional<std::string> parameter(const http::RoutedRequest& routed, const std::string& name,
                                     std::size_t most) {
    auto value = routed.parameter(name);
    if (value) value = checked(name, std::move(*value), most);
    return value;
}

unsigned checked_status(const std::string& text) {
    try {
        return operating::parse_letter_status(text);
    } catch (const std::invalid_argument& error) {
        throw OperatorRefusal::invalid("status", std::string(error.what()) + ".");
    }
}

std::string_view view_of_name(json::string_view name) {
    return {name.data(), name.size()};
}

const json::value& member(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains({name.data(), name.size()});
    if (!value) throw OperatorRefusal::invalid(std::string(name), "it is missing.");
    return *value;
}

std::string text_of_member(const json::value& value, const std::string& name, std::size_t most) {
    const auto* text = value.if_string();
    if (!text) throw OperatorRefusal::invalid(name, "a text is expected.");
    return checked(name, std::string(text->data(), text->size()), most);
}

redis::LetterFilter filter_member(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) throw OperatorRefusal::invalid("filter", "an object is expected.");
    allow_members(*object, {"reason", "status", "q"});
    redis::LetterFilter filter;
    if (const auto* reason = object->if_contains("reason"))
        filter.reason = text_of_member(*reason, "reason", most_of_reason);
    if (const auto* q = object->if_contains("q")) filter.q = text_of_member(*q, "q", most_of_q);
    if (const auto* status = object->if_contains("status")) {
        if (const auto* number = status->if_int64())
            filter.status = checked_status(std::to_string(*number));
        else
            filter.status = checked_status(text_of_member(*status, "status", 4));
    }
    return filter;
}

std::vector<std::string> ids_member(const json::value& value) {
    const auto* array = value.if_array();
    if (!array || array->empty() || array->size() > most_ids)
        throw OperatorRefusal::invalid("ids", "a list of 1 to 1000 ids is expected.");
    std::vector<std::string> ids;
    std::set<std::string> seen;
    for (const auto& one : *array) {
        ids.push_back(text_of_member(one, "ids", most_of_cursor));
        if (!seen.insert(ids.back()).second) throw OperatorRefusal::invalid("ids", "one stands there twice.");
    }
    return ids;
}

}  // namespace

void allow_parameters(const http::RoutedRequest& routed, std::initializer_list<std::string_view> names) {
    for (const auto& [name, value] : routed.query)
        if (std::ranges::find(names, name) == names.end())
            throw OperatorRefusal::invalid(name, "there is no such parameter.");
    if (!routed.repeated.empty())
        throw OperatorRefusal::invalid(routed.repeated.front(), "the parameter is given twice.");
}

bool reveals(const http::RoutedRequest& routed) {
    const auto value = routed.parameter("reveal").value_or("0");
    if (value != "0" && value != "1") throw OperatorRefusal::invalid("reveal", "0 or 1 is expected.");
    return value == "1";
}

redis::TimelineFilter timeline_filter(const http::RoutedRequest& routed) {
    redis::TimelineFilter filter;
    if (const auto person = parameter(routed, "person", most_of_person))
        filter.person = text::lower_case(*person);
    if (const auto outcome = routed.parameter("outcome")) {
        filter.outcome = rules::timeline_outcome(*outcome);
        if (!filter.outcome)
            throw OperatorRefusal::invalid("outcome",
                                           "synced, repeated, quiet, dead or left_alone is expected.");
    }
    return filter;
}

redis::LetterFilter letter_filter(const http::RoutedRequest& routed) {
    redis::LetterFilter filter;
    filter.reason = parameter(routed, "reason", most_of_reason);
    if (const auto status = routed.parameter("status")) filter.status = checked_status(*status);
    filter.q = parameter(routed, "q", most_of_q).value_or("");
    return filter;
}

std::string cursor_in(const http::RoutedRequest& routed) {
    auto cursor = parameter(routed, "cursor", most_of_cursor).value_or("");
    if (!cursor.empty() && !redis::parse_stream_id(cursor))
        throw OperatorRefusal::invalid("cursor", "neither a page nor an item has told this one.");
    return cursor;
}

void allow_members(const json::object& body, std::initializer_list<std::string_view> names) {
    for (const auto& [name, value] : body)
        if (std::ranges::find(names, view_of_name(name)) == names.end())
            throw OperatorRefusal::invalid(std::string(name.data(), name.size()), "there is no such member.");
}

std::string text_member(const json::object& body, std::string_view name, std::size_t most) {
    return text_of_member(member(body, name), std::string(name), most);
}

Selection selection_in(const json::object& body, bool has_dry_run) {
    if (has_dry_run)
        allow_members(body, {"ids", "filter", "expect", "dry_run"});
    else
        allow_members(body, {"ids", "filter", "expect"});
    Selection selection;
    if (const auto* dry_run = body.if_contains("dry_run")) {
        if (!dry_run->is_bool()) throw OperatorRefusal::invalid("dry_run", "true or false is expected.");
        selection.is_dry_run = dry_run->get_bool();
    }
    if (const auto* ids = body.if_contains("ids")) {
        for (const auto* other : {"filter", "expect"})
            if (body.if_contains(other))
                throw OperatorRefusal::invalid(other, "it cannot stand beside ids: one of the two.");
        selection.ids = ids_member(*ids);
        return selection;
    }
    selection.filter = filter_member(member(body, "filter"));
    const auto& expect = member(body, "expect");
    if (!expect.is_int64() || expect.get_int64() < 0)
        throw OperatorRefusal::invalid("expect", "the number that was seen is expected.");
    selection.expected = static_cast<std::uint64_t>(expect.get_int64());
    return selection;
}

}  // namespace web
