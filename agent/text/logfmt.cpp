#include "text/logfmt.hpp"

#include <algorithm>

#include "text/text.hpp"

namespace text {

namespace {

void append_key(std::string& line, std::string_view key) {
    if (!line.empty()) line += ' ';
    line.append(key).append("=");
}

void append_in_quotes(std::string& line, std::string_view fit) {
    line += '"';
    for (const char c : fit) {
        if (c == '"' || c == '\\') line += '\\';
        line += c;
    }
    line += '"';
}

// Takes the value that the line begins with.
std::string take_value(std::string_view& line) {
    std::string value;
    if (!line.starts_with('"')) {
        value = line.substr(0, line.find(' '));
        line.remove_prefix(value.size());
        return value;
    }
    std::size_t i = 1;
    for (; i < line.size() && line[i] != '"'; ++i) {
        if (line[i] == '\\' && i + 1 < line.size()) ++i;
        value += line[i];
    }
    line.remove_prefix(std::min(i + 1, line.size()));
    return value;
}

}  // namespace

void append_field(std::string& line, std::string_view key, std::string_view value) {
    append_key(line, key);
    const auto fit = one_line(value);
    const bool is_bare =
        !fit.empty() && std::ranges::none_of(fit, [](char c) { return c == ' ' || c == '"' || c == '='; });
    if (is_bare) {
        line += fit;
        return;
    }
    append_in_quotes(line, fit);
}

void append_quoted_field(std::string& line, std::string_view key, std::string_view value) {
    append_key(line, key);
    append_in_quotes(line, one_line(value));
}

std::vector<std::pair<std::string, std::string>> read_fields(std::string_view line) {
    std::vector<std::pair<std::string, std::string>> fields;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        const auto equals = line.find('=');
        if (equals == line.npos) return fields;
        std::string key(line.substr(0, equals));
        line.remove_prefix(equals + 1);
        fields.emplace_back(std::move(key), take_value(line));
    }
}

}  // namespace text
