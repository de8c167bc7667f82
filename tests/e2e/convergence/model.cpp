#include "e2e/convergence/model.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "e2e/convergence/mapping.hpp"

namespace convergence {
namespace {

// The greater one wins when two bookings changed at the same time.
enum class State { rescheduled, canceled, no_show, booked };

// A booking as it stands after some of the story.
struct Standing {
    const Booking* booking = nullptr;
    State state = State::booked;
    Moment changed_at = 0;
    std::optional<std::string> cancel_reason;
};
using Standings = std::vector<Standing>;

std::string uri_of(const Standing& standing) {
    return invitee_uri(*standing.booking);
}

void apply(const Story& story, const Change& change, std::map<std::size_t, Standing>& standings) {
    auto& standing = standings[change.booking];
    switch (change.what) {
        case Happening::booked:
            standing = {&story.bookings[change.booking], State::booked, change.at, {}};
            return;
        case Happening::moved:
            standing.state = State::rescheduled;
            standings[change.next] = {&story.bookings[change.next], State::booked, change.at, {}};
            return;
        case Happening::canceled:
            standing.state = State::canceled;
            standing.cancel_reason = change.reason;
            break;
        case Happening::no_show:
            standing.state = State::no_show;
            break;
        case Happening::undone: {
            // Of its time only the envelope tells, in whole seconds; it is not before the no-show.
            const Moment told = change.at / second * second;
            standing.state = State::booked;
            standing.changed_at = std::max(standing.changed_at, told);
            return;
        }
    }
    standing.changed_at = change.at;
}

Standings standings_of(const Story& story, std::size_t changes, const std::string& person) {
    std::map<std::size_t, Standing> all;
    for (std::size_t i = 0; i < changes; ++i) apply(story, story.changes[i], all);
    Standings own;
    for (auto& [index, standing] : all)
        if (person_of(standing.booking->details.email) == person) own.push_back(std::move(standing));
    return own;
}

// Greatest first: in the order in which bookings describe a contact. A rescheduled one never does while
// there are others, and has no time of change.
auto rank(const Standing& standing) {
    const bool is_over = standing.state == State::rescheduled;
    return std::tuple(!is_over, is_over ? 0 : standing.changed_at, standing.state, standing.booking->start,
                      uri_of(standing));
}

// The described booking first, then those that stand in for values it does not have.
Standings in_describing_order(Standings bookings) {
    std::ranges::sort(bookings, [](const auto& a, const auto& b) { return rank(a) > rank(b); });
    const auto last = bookings.front();
    if (last.state != State::canceled && last.state != State::no_show) return bookings;
    auto soonest = bookings.end();
    for (auto it = bookings.begin(); it != bookings.end(); ++it) {
        if (it->state != State::booked || it->booking->start <= last.changed_at) continue;
        const auto sooner = [](const Standing& s) { return std::tuple(s.booking->start, uri_of(s)); };
        if (soonest == bookings.end() || sooner(*it) < sooner(*soonest)) soonest = it;
    }
    if (soonest != bookings.end()) std::rotate(bookings.begin(), soonest, soonest + 1);
    return bookings;
}

Standings newest_first(Standings bookings) {
    std::ranges::sort(bookings, [](const auto& a, const auto& b) {
        return std::tuple(a.booking->created, uri_of(a)) > std::tuple(b.booking->created, uri_of(b));
    });
    return bookings;
}

// Empty: no value. The first that has one counts.
using Read = std::function<json::value(const Standing&)>;

json::value text(const std::string& value) {
    return value.empty() ? json::value(nullptr) : json::value(value);
}

const std::map<std::string, Read>& described_sources() {
    static const std::map<std::string, Read> sources = {
        {"MEETING_DATE",
         [](const Standing& s) { return text(local_text(s.booking->start, s.booking->details.timezone)); }},
        {"MEETING_END",
         [](const Standing& s) {
             return text(local_day(s.booking->start + 30 * minute, s.booking->details.timezone));
         }},
        {"CALENDLY_EVENT_TYPE", [](const Standing& s) { return text(type_name(s.booking->type)); }},
        {"LOCATION", [](const Standing& s) { return text(s.booking->place.location); }},
        {"JOIN_URL", [](const Standing& s) { return text(s.booking->place.join_url); }},
        {"HOST", [](const Standing& s) { return text(host_name(s.booking->type)); }},
        {"INVITEE_URI", [](const Standing& s) { return text(uri_of(s)); }}};
    return sources;
}

std::string part_of_name(const Details& details, bool first) {
    if (!details.first_name.empty()) return first ? details.first_name : details.last_name;
    const auto space = details.name.find(' ');
    return first ? details.name.substr(0, space) : details.name.substr(space + 1);
}

// The answer to the question that means the key, empty when there is none.
std::string answer(const Details& details, std::string_view key) {
    for (const auto& item : details.answers) {
        std::string question = item.question;
        for (auto& c : question)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (question.find(key) != question.npos) return item.answer;
    }
    return {};
}

// As Brevo keeps it: digits. Nothing for what has no country code.
json::value phone(const std::string& written) {
    std::string digits;
    for (const char c : written)
        if (c >= '0' && c <= '9') digits += c;
    if (written.starts_with("00")) return json::value(digits.substr(2));
    return written.starts_with('+') ? json::value(digits) : json::value(nullptr);
}

json::value number(const std::string& written) {
    double value = 0;
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), value);
    return error == std::errc() && end == written.data() + written.size() ? json::value(value) : nullptr;
}

json::value yes_or_no(const std::string& written) {
    if (written == "yes" || written == "Yes") return true;
    return written == "no" ? json::value(false) : json::value(nullptr);
}

const std::map<std::string, Read>& personal_sources() {
    const auto of_details = [](auto read) {
        return [read](const Standing& s) -> json::value { return read(s.booking->details); };
    };
    static const std::map<std::string, Read> sources = {
        {"FULL_NAME", of_details([](const Details& d) { return text(d.name); })},
        {"FIRSTNAME", of_details([](const Details& d) { return text(part_of_name(d, true)); })},
        {"LASTNAME", of_details([](const Details& d) { return text(part_of_name(d, false)); })},
        {"TIMEZONE", of_details([](const Details& d) { return text(d.timezone); })},
        {"REMINDER", of_details([](const Details& d) { return text(d.text_reminder_number); })},
        {"SOURCE", of_details([](const Details& d) { return text(d.utm_source); })},
        {"COMPANY", of_details([](const Details& d) { return text(answer(d, "company")); })},
        {"JOB_TITLE", of_details([](const Details& d) { return text(answer(d, "role")); })},
        {"SMS", of_details([](const Details& d) { return phone(answer(d, "phone")); })},
        {"BUDGET", of_details([](const Details& d) { return number(answer(d, "budget")); })},
        {"NEWSLETTER", of_details([](const Details& d) { return yes_or_no(answer(d, "newsletter")); })},
        {"REASON", [](const Standing& s) { return text(s.cancel_reason.value_or("")); }}};
    return sources;
}

void take_first(const std::map<std::string, Read>& sources, const Standings& bookings,
                ExpectedContact& contact) {
    for (const auto& [attribute, read] : sources)
        for (const auto& standing : bookings) {
            auto value = read(standing);
            if (value.is_null()) continue;
            contact.attributes[attribute] = std::move(value);
            break;
        }
}

std::size_t count(const Standings& bookings, std::initializer_list<State> states) {
    return static_cast<std::size_t>(std::ranges::count_if(
        bookings, [&](const auto& s) { return std::ranges::find(states, s.state) != states.end(); }));
}

std::set<std::int64_t> lists_of(const Standings& bookings, State described, const ContactRules& rules) {
    if (!rules.joins_lists) return {};
    std::set<std::int64_t> lists;
    for (const auto& standing : bookings) {
        const bool counts =
            !rules.leave_lists || standing.state == State::booked || standing.state == State::no_show;
        const auto list = mapped_list(standing.booking->type);
        if (counts && list) lists.insert(*list);
    }
    if (described == State::canceled) lists.insert(cancellation_list);
    if (described == State::no_show) lists.insert(no_show_list);
    return lists;
}

std::string status_of(State described) {
    if (described == State::booked) return "booked";
    return described == State::no_show ? "no_show" : "cancelled";
}

}  // namespace

std::set<std::string> known_people(const Story& story, std::size_t changes) {
    std::set<std::string> people;
    for (std::size_t i = 0; i < changes; ++i) {
        const auto& change = story.changes[i];
        people.insert(person_of(story.bookings[change.booking].details.email));
        if (change.what == Happening::moved)
            people.insert(person_of(story.bookings[change.next].details.email));
    }
    return people;
}

ExpectedContact expected_contact(const Story& story, std::size_t changes, const std::string& person,
                                 const ContactRules& rules) {
    const auto bookings = standings_of(story, changes, person);
    if (bookings.empty()) throw std::out_of_range(person + " has no booking");
    const auto describing = in_describing_order(bookings);
    const auto described = describing.front().state;
    ExpectedContact contact;
    take_first(described_sources(), describing, contact);
    take_first(personal_sources(), newest_first(bookings), contact);
    contact.attributes["BOOKING_STATUS"] = status_of(described);
    contact.attributes["BOOKINGS"] = count(bookings, {State::booked, State::canceled, State::no_show});
    contact.attributes["CANCELLATIONS"] = count(bookings, {State::canceled});
    contact.attributes["NO_SHOWS"] = count(bookings, {State::no_show});
    contact.lists = lists_of(bookings, described, rules);
    return contact;
}

}  // namespace convergence
