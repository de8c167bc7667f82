#include "unit/web/scheduling_requests.hpp"

#include <algorithm>
#include <cctype>

namespace scheduling_requests {

bool is_one_line(std::string_view value) {
    return std::ranges::all_of(value, [](unsigned char c) { return (c >= ' ' && c != 0x7f) || c == '\t'; });
}

namespace {

// As the server's parser lets it through.
bool is_target(std::string_view text) {
    return text.starts_with('/') &&
           std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

bool is_header_name(std::string_view name) {
    return !name.empty() &&
           std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

bool is_header_value(std::string_view value) {
    return value.size() <= 8000 && is_one_line(value);
}

std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

const std::vector<std::string> all_seeds = {
    R"seed(POST /v1/scheduling/bookings
Idempotency-Key: 0123456789abcdef
X-Form-Token: {token}
X-Real-IP: 203.0.113.9
Origin: https://www.example.com

{"event_type": "demo", "start": "2026-11-30T10:00:00Z", "name": "Ann Bee", "email": "ann@example.org", "timezone": "Europe/Berlin", "location": {"kind": "physical"}, "answers": [{"position": 0, "text": "Acme"}, {"position": 4, "text": ["sea", "x"]}], "guests": ["g@example.org"]}
---
GET /v1/scheduling/bookings/{id}?cancel_token={cancel}


---
POST /v1/scheduling/bookings/{id}/cancel

{"cancel_token": "{cancel}", "reason": "ill"}
---
POST /v1/scheduling/bookings/{id}/cancel

{"cancel_token": "{cancel}"})seed",
    R"seed(GET /v1/scheduling/available-times?event_type=demo&start=2026-12-01T00:00:00Z&end=2026-12-31T00:00:00Z
Origin: https://evil.example


---
GET /v1/scheduling/form-token?event_type=demo


---
GET /v1/scheduling/event-types?connector=calendly


---
GET /v1/scheduling/openapi.json

)seed",
    R"seed(POST /v1/scheduling/bookings
Idempotency-Key: 0123456789abcdef
Authorization: Bearer let-me-in

{"event_type": "demo", "start": "2026-11-30T10:00:00Z", "name": "Ann Bee", "email": "ann@example.org", "timezone": "Europe/Berlin", "location": {"kind": "physical"}}
---
POST /v1/scheduling/bookings
Idempotency-Key: 0123456789abcdef
Authorization: Bearer let-me-in
X-Captcha-Response: a b

{"event_type": "demo", "start": "2026-11-30T10:00:00Z", "name": "Ann Bee", "email": "ann@example.org", "timezone": "Europe/Berlin", "location": {"kind": "physical"}, "utm_source": "x"}
---
POST /v1/scheduling/links
Authorization: Bearer let-me-in

{"event_type": "demo"}
---
POST /v1/scheduling/bookings
Idempotency-Key: 0123456789abcdeg
X-Form-Token: {token}

{"event_type": "demo", "start": "2026-11-30T10:00:00Z", "name": "Ann Bee", "email": "ann@example.org", "timezone": "Europe/Berlin", "location": {"kind": "physical"}})seed",
    R"seed(GET /book/calendly/first_demo?theme=dark&name=%00


---
GET /book/calendly/demo
If-None-Match: "01"


---
GET /book/assets/main.js
Accept-Encoding: gzip;q=0.5, br


---
GET /book/assets/..%2f..%2fetc

)seed",
    R"seed(OPTIONS /v1/scheduling/bookings
Origin: https://www.example.com
Access-Control-Request-Method: POST


---
DELETE /v1/scheduling/bookings


---
GET /v1/scheduling/bookings/E0.I0?cancel_token=%ff&cancel_token=x


---
POST /v1/scheduling/bookings
Idempotency-Key: short

{"event_type": "demo", "email": []})seed",
};

// What stands in for a part of a seed: borders, signs of JSON, HTTP and UTF-8, texts of other seeds.
const std::vector<std::string> pieces = {"",
                                         " ",
                                         "\"",
                                         "\\",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ":",
                                         "null",
                                         "true",
                                         "-1",
                                         "0",
                                         "1e999",
                                         "9223372036854775808",
                                         "\\u0000",
                                         "\\ud800",
                                         "\\u202e",
                                         "\\n",
                                         "%00",
                                         "%0d%0a",
                                         "%ff",
                                         "%2f",
                                         "..",
                                         "?",
                                         "&",
                                         "=",
                                         "#",
                                         "\xff",
                                         "\xc3\xa9",
                                         "\xe2\x80\xae",
                                         "\xf0\x9f\x98\x80",
                                         "{token}",
                                         "{id}",
                                         "{cancel}",
                                         "demo",
                                         "first_demo",
                                         "2026-11-30T09:00:00Z",
                                         "2026-11-30T10:00:00+01:00",
                                         "9999-12-31T23:59:59Z",
                                         "0001-01-01T00:00:00Z",
                                         "Europe/Berlin",
                                         "Asia/Calcutta",
                                         "harriet@example.com",
                                         "ann@example.org",
                                         "a@b",
                                         "+33612345678",
                                         "0612345678",
                                         "https://evil.example",
                                         "www.evil.example",
                                         "203.0.113.7",
                                         "2001:db8::1",
                                         "::ffff:1.2.3.4",
                                         "Bearer let-me-in",
                                         "\nOrigin: ",
                                         "\nX-Real-IP: ",
                                         "\nIdempotency-Key: ",
                                         "\nX-Form-Token: ",
                                         "\nX-Captcha-Response: ",
                                         "\nHost: ",
                                         "\"first_name\": \"A\", \"last_name\": \"B\", ",
                                         "\"text_reminder_number\": \"+33612345678\", ",
                                         "\"guests\": [\"a@b.org\", \"a@b.org\"], ",
                                         "\"location\": {\"kind\": \"outbound_call\"}, ",
                                         std::string(300, 'x'),
                                         std::string(5000, '['),
                                         std::string(70, '7')};

}  // namespace

const std::vector<std::string>& seeds() {
    return all_seeds;
}

std::optional<Ask> read_ask(std::string_view text) {
    Ask ask;
    const auto first = take_line(text);
    const auto blank = first.find(' ');
    if (blank == first.npos) return std::nullopt;
    ask.verb = boost::beast::http::string_to_verb({first.data(), blank});
    ask.target = first.substr(blank + 1);
    if (ask.verb == http::Verb::unknown || !is_target(ask.target)) return std::nullopt;
    for (auto line = take_line(text); !line.empty(); line = take_line(text)) {
        const auto colon = line.find(": ");
        if (colon == line.npos || ask.headers.size() == 20) return std::nullopt;
        const auto name = line.substr(0, colon), value = line.substr(colon + 2);
        if (!is_header_name(name) || !is_header_value(value)) return std::nullopt;
        ask.headers.emplace_back(name, value);
    }
    ask.body = text;
    return ask;
}

std::string changed(std::mt19937_64& random) {
    const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
    auto text = all_seeds[below(all_seeds.size())];
    for (auto changes = below(6); changes > 0; --changes) {
        const auto at = below(text.size() + 1), count = below(4) == 0 ? below(40) : below(3);
        if (below(4) == 0) {
            const auto& other = all_seeds[below(all_seeds.size())];
            const auto from = below(other.size());
            text.replace(std::min(at, text.size()), count, other, from, below(120));
        } else {
            text.replace(std::min(at, text.size()), count, pieces[below(pieces.size())]);
        }
    }
    return text;
}

}  // namespace scheduling_requests
