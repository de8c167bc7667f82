#include "cli/csv.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace cli {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

class CsvReader {
public:
    explicit CsvReader(std::string_view text) : rest_(text) {}

    Csv read() {
        Csv csv;
        csv.has_mark = take(byte_order_mark);
        while (!rest_.empty()) csv.rows.push_back(read_row(csv));
        return csv;
    }

private:
    bool take(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    bool take_line_end(Csv& csv) {
        const bool is_first = csv.rows.empty();
        if (take("\r\n")) {
            if (is_first) csv.line_end = "\r\n";
        } else if (!take("\n")) {
            return rest_.empty();
        }
        ++line_;
        return true;
    }

    std::vector<std::string> read_row(Csv& csv) {
        std::vector<std::string> row;
        do row.push_back(take("\"") ? read_quoted() : read_plain());
        while (take(","));
        if (!take_line_end(csv))
            throw std::invalid_argument(fmt::format("line {}: text behind a closing quote", line_));
        return row;
    }

    std::string read_plain() {
        const auto size = std::min(rest_.find_first_of(",\n"), rest_.size());
        auto field = rest_.substr(0, size);
        if (field.ends_with('\r')) field.remove_suffix(1);
        rest_.remove_prefix(field.size());
        if (field.find('"') != field.npos)
            throw std::invalid_argument(
                fmt::format("line {}: a quote within a field that does not begin with one", line_));
        return std::string(field);
    }

    std::string read_quoted() {
        const auto begin = line_;
        std::string field;
        while (true) {
            const auto size = rest_.find('"');
            if (size == rest_.npos)
                throw std::invalid_argument(fmt::format("line {}: a quote is never closed", begin));
            for (const char c : rest_.substr(0, size)) line_ += c == '\n';
            field.append(rest_.substr(0, size));
            rest_.remove_prefix(size + 1);
            if (!take("\"")) return field;
            field += '"';
        }
    }

    std::string_view rest_;
    std::size_t line_ = 1;
};

void append_field(std::string& text, const std::string& field) {
    if (field.find_first_of(",\"\r\n") == field.npos) {
        text += field;
        return;
    }
    text += '"';
    for (const char c : field) text.append(c == '"' ? 2 : 1, c);
    text += '"';
}

}  // namespace

Csv parse_csv(std::string_view text) {
    return CsvReader(text).read();
}

std::string to_text(const Csv& csv) {
    std::string text(csv.has_mark ? byte_order_mark : "");
    for (const auto& row : csv.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) text += ',';
            append_field(text, row[i]);
        }
        text += csv.line_end;
    }
    return text;
}

}  // namespace cli
