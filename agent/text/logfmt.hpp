// Lines of a log as logfmt: key=value, in quotes where a blank is in the value.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace text {

// Loggers whose name ends so write whole fields, made by append_field(); all others a message.
inline constexpr std::string_view field_logger_suffix = "/fields";

// Adds " key=value", or "key=value" to an empty line. Of the value nothing can end it or the line.
void append_field(std::string& line, std::string_view key, std::string_view value);
// Likewise, always in quotes.
void append_quoted_field(std::string& line, std::string_view key, std::string_view value);

// What was so made: keys and values, in their order.
std::vector<std::pair<std::string, std::string>> read_fields(std::string_view line);

}  // namespace text
