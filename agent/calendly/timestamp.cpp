#include "calendly/timestamp.hpp"

#include <charconv>

#include <fmt/format.h>

namespace calendly {
namespace {

using namespace std::chrono;

// Takes exactly `width` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t width) noexcept {
    if (text.size() < width) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, char expected) noexcept {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(1);
    return true;
}

// Two two-digit numbers with `separator` between: the first is stored, the second (below 60) returned.
std::optional<int> take_pair(std::string_view& text, char separator, int& first, int first_below) noexcept {
    const auto a = take_digits(text, 2);
    if (!a || *a >= first_below || !take(text, separator)) return std::nullopt;
    first = *a;
    const auto b = take_digits(text, 2);
    if (!b || *b >= 60) return std::nullopt;
    return b;
}

microseconds take_fraction(std::string_view& text) noexcept {
    if (!take(text, '.')) return microseconds(0);
    microseconds unit(100'000);
    microseconds value(0);
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        value += unit * (text.front() - '0');
        unit /= 10;
        text.remove_prefix(1);
    }
    return value;
}

std::optional<sys_days> take_date(std::string_view& text) noexcept {
    const auto y = take_digits(text, 4);
    if (!y || !take(text, '-')) return std::nullopt;
    const auto m = take_digits(text, 2);
    if (!m || !take(text, '-')) return std::nullopt;
    const auto d = take_digits(text, 2);
    if (!d) return std::nullopt;
    const auto date = year(*y) / month(static_cast<unsigned>(*m)) / day(static_cast<unsigned>(*d));
    if (!date.ok()) return std::nullopt;
    return sys_days(date);
}

std::optional<minutes> take_offset(std::string_view& text) noexcept {
    if (take(text, 'Z')) return minutes(0);
    const int sign = text.starts_with('-') ? -1 : 1;
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    int hour = 0;
    const auto minute = take_pair(text, ':', hour, 24);
    if (!minute) return std::nullopt;
    return sign * minutes(hour * 60 + *minute);
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
    const auto date = take_date(text);
    if (!date || !take(text, 'T')) return std::nullopt;
    int hour = 0;
    const auto minute = take_pair(text, ':', hour, 24);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = take_digits(text, 2);
    if (!second || *second > 60) return std::nullopt;
    const auto fraction = take_fraction(text);
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return *date + hours(hour) + minutes(*minute) + seconds(*second) + fraction - *offset;
}

std::string to_string(Timestamp time) {
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

}  // namespace calendly
