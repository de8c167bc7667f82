#include "cli/status_text.hpp"

#include <chrono>
#include <cstdint>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "cli/looking.hpp"
#include "text/text.hpp"

namespace cli {
namespace {

namespace json = boost::json;

const json::value* at(const json::object& object, std::string_view path) {
    const json::value* value = nullptr;
    const auto* place = &object;
    while (!path.empty()) {
        const auto slash = std::min(path.find('/'), path.size());
        value = place ? place->if_contains({path.data(), slash}) : nullptr;
        if (!value) return nullptr;
        place = value->if_object();
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return value;
}

std::string text_at(const json::object& object, std::string_view path) {
    const auto* value = at(object, path);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? text::one_line(std::string(text->data(), text->size())) : std::string();
}

// "?" when it is not known.
std::string number_at(const json::object& object, std::string_view path) {
    const auto* value = at(object, path);
    if (!value || !value->is_number()) return "?";
    if (value->is_double()) return fmt::format("{:.1f}", value->get_double());
    return std::to_string(value->to_number<std::int64_t>());
}

// "2026-11-28 02:13 UTC"; "" when there is none.
std::string moment_at(const json::object& object, std::string_view path) {
    const auto* value = at(object, path);
    if (!value || !value->is_int64()) return "";
    return shown_time(calendly::Timestamp(std::chrono::milliseconds(value->get_int64())));
}

std::string with(std::string_view before, const std::string& text) {
    return text.empty() ? std::string() : std::string(before) + text;
}

const json::array& list_at(const json::object& object, std::string_view name) {
    static const json::array empty;
    const auto* value = at(object, name);
    return value && value->is_array() ? value->get_array() : empty;
}

std::string problem_text(const json::object& problem) {
    auto text = fmt::format("  {} {}: {}{}\n", text_at(problem, "severity"), text_at(problem, "id"),
                            text_at(problem, "sentence"), with(" Since ", moment_at(problem, "since_ms")));
    return text + fmt::format("       {}{}\n", text_at(problem, "fix/text"),
                              with("  ", text_at(problem, "fix/command")));
}

std::string connector_text(const json::object& connector) {
    auto text =
        fmt::format("\n{}: {} since {}\n  {}\n", text_at(connector, "name"), text_at(connector, "verdict"),
                    moment_at(connector, "since_ms"), text_at(connector, "sentence"));
    for (const auto& problem : list_at(connector, "problems"))
        if (const auto* object = problem.if_object()) text += problem_text(*object);
    text += fmt::format("  wait: {} webhooks{}, {} of history, {} dead letters; in work: {}\n",
                        number_at(connector, "backlog/entries"),
                        with(", the oldest of ", moment_at(connector, "backlog/oldest_ms")),
                        number_at(connector, "history/entries"), number_at(connector, "dead_letters/count"),
                        number_at(connector, "backlog/in_flight"));
    return text + fmt::format("  a minute: {} received, {} synced{}\n",
                              number_at(connector, "rates/received_per_minute"),
                              number_at(connector, "rates/synced_per_minute"),
                              with("; the last one at ", moment_at(connector, "last/synced_ms")));
}

}  // namespace

std::string status_text(const json::object& status) {
    auto text =
        fmt::format("{} since {}; calendly-brevo {}, {} agent{}\n", text_at(status, "verdict"),
                    moment_at(status, "since_ms"), text_at(status, "version"),
                    list_at(status, "agents").size(), list_at(status, "agents").size() == 1 ? "" : "s");
    for (const auto& connector : list_at(status, "connectors"))
        if (const auto* object = connector.if_object()) text += connector_text(*object);
    return text;
}

}  // namespace cli
