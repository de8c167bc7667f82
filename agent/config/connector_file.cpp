#include "config/connector_file.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace config {
namespace {

// In double quotes; control characters as YAML writes them.
std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') result += '\\';
        if (code < 0x20 || code == 0x7f)
            result += fmt::format("\\x{:02x}", code);
        else
            result += character;
    }
    return result + '"';
}

// A value in which no ${...} is meant.
std::string literal(std::string_view text) {
    std::string doubled;
    for (const char character : text) doubled.append(character == '$' ? 2 : 1, character);
    return in_quotes(doubled);
}

bool is_word(std::string_view text) {
    return !text.empty() && text != "null" &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == text.npos &&
           (text.front() < '0' || text.front() > '9');
}

std::string key_of(const std::string& text) {
    return is_word(text) ? text : in_quotes(text);
}

// Behind a comment's sign nothing may end the line.
std::string comment(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char code) { return code < 0x20 || code == 0x7f; }, ' ');
    return text;
}

std::string render_types(const ConnectorFile& file) {
    if (file.types.empty())
        return "    # event_mapping:                    # which list a booking of an event type joins\n"
               "    #   demo: {event_type_uri: \"https://api.calendly.com/event_types/...\", list_id: 10}\n";
    std::string text = "    event_mapping:\n";
    for (const auto& type : file.types)
        text +=
            fmt::format("      {}: {{event_type_uri: {}{}}}   # {}\n", key_of(type.name), literal(type.uri),
                        type.list.empty() ? "" : ", list_id: " + type.list, comment(type.title));
    return text;
}

std::string render_fields(const rules::FieldMapping& fields) {
    std::string text = "    field_mapping:\n      email: email\n";
    for (const auto& [source, attribute] : fields.fields)
        text += fmt::format("      {}: {}\n", source, attribute);
    if (!fields.questions_and_answers.empty()) text += "      questions_and_answers:\n";
    for (const auto& [question, attribute] : fields.questions_and_answers)
        text += fmt::format("        {}: {}\n", key_of(question), attribute);
    return text;
}

std::string member(const char* name, const std::string& value) {
    return value.empty() ? std::string() : fmt::format(", {}: {}", name, literal(value));
}

std::string render_calendly(const ConnectorFile& file) {
    const auto members =
        member("api_url", file.calendly_api_url) + member("auth_url", file.calendly_auth_url);
    return members.empty() ? std::string() : fmt::format("calendly: {{{}}}\n", members.substr(2));
}

std::string path_of(const std::string& url) {
    const auto host = url.find("://");
    const auto path = url.find('/', host == url.npos ? 0 : host + 3);
    return path == url.npos ? "/" : url.substr(path, url.find_first_of("?#", path) - path);
}

}  // namespace

std::string render(const ConnectorFile& file) {
    return fmt::format(
        R"(# The agent's configuration, made by calendly-brevo setup. Yours to change: every key is explained in the
# project's conf/connector.yaml and agent/README.md. Check it with: calendly-brevo check, calendly-brevo doctor
#
# ${{file:PATH}} is replaced by the text of a file that only its owner may read.

connectors:
  {}:                               # the connector's name, the same as in nginx: calendly_webhook
    access_token: "{}"

    # Which list a booking of an event type joins; bookings of other event types are synced without a list.
{}
    # What of a booking goes into which attribute of the contact. More sources: end_time, timezone, location, join_url,
    # cancel_url, host_name, utm_source, booking_count, ...
{}
    # The subscription at Calendly, and the file of keys that nginx reads as well (calendly_signing_key_file).
    webhook:
      url: {}
      scope: {}                    # user: only the bookings of the token's owner
      signing_key_file: {}
      # repair: false                     # true: the agent makes the subscription right by itself

    # cancellation: {{list_id: 20, leave_lists: true}}   # lists for cancelled bookings and for no-shows
    # no_show: {{list_id: 21}}

# Where nginx puts the webhooks; the same as calendly_redis in nginx.
redis: {{url: {}}}
brevo: {{api_key: "{}"{}}}
{}# Health and metrics of the agent.
admin: {{listen: {}}}
)",
        setup_connector, file.access_token, render_types(file), render_fields(file.fields), literal(file.url),
        file.scope, literal(file.signing_key_file), literal(file.redis_url), file.api_key,
        member("api_url", file.brevo_api_url), render_calendly(file), literal(file.admin_listen));
}

std::string render_location(const ConnectorFile& file) {
    return fmt::format(R"(location = {} {{
    calendly_webhook           {};
    calendly_signing_key_file  {};
    calendly_redis             {};
    client_max_body_size       1m;
}}
)",
                       path_of(file.url), setup_connector, file.signing_key_file, file.redis_url);
}

}  // namespace config
