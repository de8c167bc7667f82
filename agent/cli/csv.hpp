// Comma-separated values as RFC 4180 says: fields in quotes may hold commas, quotes (twice) and ends of
// lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct Csv {
    std::vector<std::vector<std::string>> rows;  // the first one has the columns' names
    std::string line_end = "\n";                 // as in the file's first line
    bool has_mark = false;                       // a byte order mark stands in front
};

// Throws std::invalid_argument with the line and the reason.
Csv parse_csv(std::string_view text);
std::string to_text(const Csv& csv);

}  // namespace cli
