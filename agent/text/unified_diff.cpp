#include "text/unified_diff.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

namespace text {
namespace {

constexpr std::size_t context = 3;  // lines

struct DiffLine {
    char sign;  // ' ' in both, '-' only before, '+' only after
    std::string_view text;
};
using DiffLines = std::vector<DiffLine>;

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// Lines that both have in their order, as many as can be: lengths[i][j] of what follows line i and line j.
DiffLines compare(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after) {
    std::vector<std::vector<std::size_t>> lengths(before.size() + 1,
                                                  std::vector<std::size_t>(after.size() + 1));
    for (auto i = before.size(); i-- > 0;)
        for (auto j = after.size(); j-- > 0;)
            lengths[i][j] = before[i] == after[j] ? lengths[i + 1][j + 1] + 1
                                                  : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    DiffLines lines;
    std::size_t i = 0, j = 0;
    while (i < before.size() || j < after.size()) {
        if (i < before.size() && j < after.size() && before[i] == after[j]) {
            lines.push_back({' ', before[i++]});
            ++j;
        } else if (j == after.size() || (i < before.size() && lengths[i + 1][j] >= lengths[i][j + 1])) {
            lines.push_back({'-', before[i++]});
        } else {
            lines.push_back({'+', after[j++]});
        }
    }
    return lines;
}

bool is_near_change(const DiffLines& lines, std::size_t index) {
    const auto begin = index > context ? index - context : 0;
    const auto end = std::min(index + context + 1, lines.size());
    return std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                       lines.begin() + static_cast<std::ptrdiff_t>(end),
                       [](const DiffLine& line) { return line.sign != ' '; });
}

struct LineNumbers {
    std::size_t before = 1, after = 1;

    void pass(const DiffLine& line) {
        before += line.sign != '+';
        after += line.sign != '-';
    }
};

// Of an empty range the line before it is named.
std::string range_of(std::size_t first, std::size_t count) {
    return fmt::format("{},{}", count == 0 ? first - 1 : first, count);
}

std::string hunk(const DiffLines& lines, std::size_t begin, std::size_t end, const LineNumbers& at) {
    auto behind = at;
    std::string body;
    for (auto i = begin; i < end; ++i) {
        behind.pass(lines[i]);
        body.append(1, lines[i].sign).append(lines[i].text).append("\n");
    }
    return fmt::format("@@ -{} +{} @@\n{}", range_of(at.before, behind.before - at.before),
                       range_of(at.after, behind.after - at.after), body);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view name_before,
                         std::string_view name_after) {
    if (before == after) return {};
    const auto lines = compare(split_lines(before), split_lines(after));
    auto diff = fmt::format("--- {}\n+++ {}\n", name_before, name_after);
    LineNumbers at;
    for (std::size_t begin = 0; begin < lines.size();) {
        auto end = begin;
        while (end < lines.size() && is_near_change(lines, end)) ++end;
        if (end > begin) diff += hunk(lines, begin, end, at);
        end = std::max(end, begin + 1);
        for (; begin < end; ++begin) at.pass(lines[begin]);
    }
    return diff;
}

}  // namespace text
