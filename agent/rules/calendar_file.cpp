#include "rules/calendar_file.hpp"

#include <string_view>

#include <date/date.h>

#include "text/text.hpp"

namespace rules {
namespace {

std::string utc(calendly::Timestamp time) {
    return date::format("%Y%m%dT%H%M%SZ", std::chrono::floor<std::chrono::seconds>(time));
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text::clean(text)) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        out += c;
    }
    return out;
}

// A line has 75 bytes at most; what does not fit goes on behind a blank, and no character is cut in two.
void append_line(std::string& to, std::string_view line) {
    constexpr std::size_t longest = 75;
    for (std::size_t room = longest; line.size() > room; room = longest - 1) {
        const auto part = text::clip(line, room);
        to.append(part).append("\r\n ");
        line.remove_prefix(part.size());
    }
    to.append(line).append("\r\n");
}

void append_text(std::string& to, std::string_view name, std::string_view text) {
    if (!text.empty()) append_line(to, std::string(name) + ":" + escaped(text));
}

}  // namespace

std::string calendar_file(const Meeting& meeting, calendly::Timestamp now) {
    std::string file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//calendly-brevo//booking//EN\r\n";
    append_line(file, meeting.is_canceled ? "METHOD:CANCEL" : "METHOD:PUBLISH");
    append_line(file, "BEGIN:VEVENT");
    append_text(file, "UID", meeting.id + "@calendly-brevo");
    append_line(file, "DTSTAMP:" + utc(now));
    append_line(file, "DTSTART:" + utc(meeting.start));
    append_line(file, "DTEND:" + utc(meeting.end));
    append_text(file, "SUMMARY", meeting.name);
    append_text(file, "LOCATION", meeting.place);
    append_text(file, "DESCRIPTION", meeting.description);
    append_line(file, meeting.is_canceled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
    append_line(file, "END:VEVENT");
    append_line(file, "END:VCALENDAR");
    return file;
}

}  // namespace rules
