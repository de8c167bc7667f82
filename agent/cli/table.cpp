#include "cli/table.hpp"

#include <algorithm>

#include "text/text.hpp"
#include "text/unicode.hpp"

namespace cli {
namespace {

constexpr std::size_t gap = 2;

std::size_t shown_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const auto first = text::first_character(text);
        width += text::columns_of(first.code);
        text.remove_prefix(first.bytes.size());
    }
    return width;
}

}  // namespace

std::string Table::text() const {
    auto rows = rows_;
    std::vector<std::size_t> widths(rows.front().size());
    for (auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = text::trim(text::one_line(row[i]));
            widths[i] = std::max(widths[i], shown_width(row[i]));
        }
    std::string lines;
    for (const auto& row : rows) {
        std::size_t owed = 0;  // blanks before the next cell that says something
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (!row[i].empty()) lines.append(owed, ' ').append(row[i]);
            owed = (row[i].empty() ? owed + widths[i] : widths[i] - shown_width(row[i])) + gap;
        }
        lines += '\n';
    }
    return lines;
}

}  // namespace cli
