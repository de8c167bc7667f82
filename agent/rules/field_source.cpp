#include "rules/field_source.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include "rules/described_booking.hpp"
#include "rules/questions.hpp"
#include "text/text.hpp"

namespace rules {
namespace {

using calendly::Invitee;
using calendly::ScheduledEvent;

// What nobody can see says nothing. A ledger that an earlier version stored may hold control characters.
FieldValue text_value(std::string_view text) {
    const auto clean = text::clean(text::trim(text));
    if (clean.empty()) return {};
    return clean;
}

std::pair<Timestamp, std::string_view> age_of(const Invitee& invitee) {
    return {invitee.created_at, invitee.uri};
}

FieldValue time_value(const std::optional<Timestamp>& time, const Booking& booking) {
    if (!time) return {};
    return LocalTime{*time, booking.invitee.timezone};
}

// What a person said in a routing form, as if it had been said when booking.
Invitee as_invitee(const calendly::RoutingFormSubmission& form) {
    Invitee invitee;
    invitee.uri = form.uri;
    invitee.answers = form.answers;
    invitee.tracking = form.tracking;
    invitee.created_at = form.created_at;
    return invitee;
}

std::string first_name(const Invitee& invitee) {
    return text::trim(invitee.first_name).empty() ? text::split_name(invitee.name).first : invitee.first_name;
}

std::string last_name(const Invitee& invitee) {
    return text::trim(invitee.last_name).empty() ? text::split_name(invitee.name).second : invitee.last_name;
}

std::string full_name(const Invitee& invitee) {
    if (!text::trim(invitee.name).empty()) return invitee.name;
    return std::string(text::trim(invitee.first_name + " " + invitee.last_name));
}

std::string tracking_value(const Told& told, std::string_view name) {
    for (const auto& [key, value] : told.invitee->tracking)
        if (key == name) return value;
    return {};
}

calendly::Cancellation cancellation_of(const Told& told) {
    return told.is_canceled ? told.invitee->cancellation.value_or(calendly::Cancellation{})
                            : calendly::Cancellation{};
}

// How a source is read: of the bookings that describe the contact, of what the person told, as the number of
// bookings in some states, or as the state of the described booking.
using Described = FieldValue (*)(const Booking&);
using Personal = std::string (*)(const Told&);
using Counted = bool (*)(BookingState);
struct Status {};

struct Source {
    std::string_view name;
    std::variant<Described, Personal, Counted, Status> read;
};

// Of a member of the bookings, or of what the person told; "" is no value.
template <auto member>
FieldValue event_text(const Booking& booking) {
    return text_value(booking.event.*member);
}
template <auto member>
FieldValue event_time(const Booking& booking) {
    return time_value(booking.event.*member, booking);
}
template <auto member>
FieldValue invitee_text(const Booking& booking) {
    return text_value(booking.invitee.*member);
}
template <auto member>
std::string told_text(const Told& told) {
    return told.invitee->*member;
}
template <auto member>
std::string cancellation_text(const Told& told) {
    return cancellation_of(told).*member;
}
template <std::string (*read)(const Invitee&)>
std::string name_of(const Told& told) {
    return read(*told.invitee);
}

FieldValue type_name(const Booking& booking) {
    return text_value(type_name_of(booking));
}

bool is_not_moved(BookingState state) {
    return state != BookingState::rescheduled;
}
bool is_canceled(BookingState state) {
    return state == BookingState::canceled;
}
bool is_no_show(BookingState state) {
    return state == BookingState::no_show;
}

// The one list of sources: the configuration takes its names from here, in this order.
constexpr std::array sources = {
    Source{"name", Personal(name_of<full_name>)},
    Source{"first_name", Personal(name_of<first_name>)},
    Source{"last_name", Personal(name_of<last_name>)},
    Source{"event_type_name", Described(type_name)},
    Source{"event_name", Described(event_text<&ScheduledEvent::name>)},
    Source{"scheduled_at", Described(event_time<&ScheduledEvent::start_time>)},
    Source{"end_time", Described(event_time<&ScheduledEvent::end_time>)},
    Source{"status", Status{}},
    Source{"timezone", Personal(told_text<&Invitee::timezone>)},
    Source{"location", Described(event_text<&ScheduledEvent::location>)},
    Source{"join_url", Described(event_text<&ScheduledEvent::join_url>)},
    Source{"cancel_url", Described(invitee_text<&Invitee::cancel_url>)},
    Source{"reschedule_url", Described(invitee_text<&Invitee::reschedule_url>)},
    Source{"host_name", Described(event_text<&ScheduledEvent::host_name>)},
    Source{"host_email", Described(event_text<&ScheduledEvent::host_email>)},
    Source{"utm_campaign", Personal([](const Told& told) { return tracking_value(told, "utm_campaign"); })},
    Source{"utm_source", Personal([](const Told& told) { return tracking_value(told, "utm_source"); })},
    Source{"utm_medium", Personal([](const Told& told) { return tracking_value(told, "utm_medium"); })},
    Source{"utm_content", Personal([](const Told& told) { return tracking_value(told, "utm_content"); })},
    Source{"utm_term", Personal([](const Told& told) { return tracking_value(told, "utm_term"); })},
    Source{"cancel_reason", Personal(cancellation_text<&calendly::Cancellation::reason>)},
    Source{"canceler_type", Personal(cancellation_text<&calendly::Cancellation::canceler_type>)},
    Source{"text_reminder_number", Personal(told_text<&Invitee::text_reminder_number>)},
    Source{"booking_count", Counted(is_not_moved)},
    Source{"cancellation_count", Counted(is_canceled)},
    Source{"no_show_count", Counted(is_no_show)},
    Source{"event_uri", Described(invitee_text<&Invitee::event>)},
    Source{"invitee_uri", Described(invitee_text<&Invitee::uri>)},
    Source{"event_type_uri", Described(event_text<&ScheduledEvent::event_type>)},
};

const Source* find_source(std::string_view name) {
    const auto* const found = std::ranges::find(sources, name, &Source::name);
    return found == sources.end() ? nullptr : found;
}

std::int64_t count(const Ledger& ledger, Counted counts) {
    return std::ranges::count_if(ledger.bookings,
                                 [&](const auto& entry) { return counts(entry.second.state); });
}

}  // namespace

std::vector<std::string_view> field_source_names() {
    std::vector<std::string_view> names;
    for (const auto& source : sources) names.push_back(source.name);
    return names;
}

bool is_field_source(std::string_view name) {
    return find_source(name) != nullptr;
}

bool is_count(std::string_view name) {
    const auto* source = find_source(name);
    return source && std::holds_alternative<Counted>(source->read);
}

bool is_time(std::string_view name) {
    return name == "scheduled_at" || name == "end_time";
}

FieldSources::FieldSources(const Ledger& ledger) : ledger_(ledger), describing_(in_describing_order(ledger)) {
    forms_.reserve(ledger.forms.size());
    for (const auto& [uri, form] : ledger.forms) forms_.push_back(as_invitee(form));
    for (const auto& form : forms_) told_.push_back({&form, false});
    for (const auto& [uri, booking] : ledger.bookings)
        told_.push_back({&booking.invitee, booking.state == BookingState::canceled});
    std::sort(told_.begin(), told_.end(),
              [](const Told& a, const Told& b) { return age_of(*a.invitee) > age_of(*b.invitee); });
}

const Booking* FieldSources::described() const {
    if (describing_.empty() || describing_.front()->state == BookingState::rescheduled) return nullptr;
    return describing_.front();
}

// What one source says, booking by booking; read no further than it is needed.
class FieldSources::Offers {
public:
    using Age = std::pair<Timestamp, std::string_view>;  // when it was told, and where
    using Values = std::vector<FieldValue>;

    static constexpr Timestamp today = Timestamp::max();

    Offers(std::size_t size, std::function<Age(std::size_t)> age, std::function<Values(std::size_t)> read)
        : size_(size), age_(std::move(age)), read_(std::move(read)) {}

    bool is_over() const { return next_ == size_; }
    Age age() const { return age_(next_); }
    Values take() { return read_(next_++); }

private:
    std::size_t size_;
    std::size_t next_ = 0;
    std::function<Age(std::size_t)> age_;
    std::function<Values(std::size_t)> read_;
};

FieldSources::Offers FieldSources::offers_of(std::string_view field) const {
    const auto& read = find_source(field)->read;
    if (const auto* of_booking = std::get_if<Described>(&read)) {
        const auto age = [this](std::size_t i) { return age_of(describing_[i]->invitee); };
        return {describing_.size(), age,
                [this, of_booking](std::size_t i) { return Offers::Values{(*of_booking)(*describing_[i])}; }};
    }
    if (const auto* of_person = std::get_if<Personal>(&read)) {
        const auto age = [this](std::size_t i) { return age_of(*told_[i].invitee); };
        return {told_.size(), age, [this, of_person](std::size_t i) {
                    return Offers::Values{text_value((*of_person)(told_[i]))};
                }};
    }
    const auto* counts = std::get_if<Counted>(&read);
    const bool is_known = counts || !ledger_.bookings.empty();
    const auto value = counts ? FieldValue(count(ledger_, *counts)) : text_value(status_of(described()));
    const auto age = [](std::size_t) { return Offers::Age{Offers::today, {}}; };
    return {is_known ? 1u : 0u, age, [value](std::size_t) { return Offers::Values{value}; }};
}

FieldSources::Offers FieldSources::offers_of_answers(std::string_view key,
                                                     std::set<std::string>& ambiguous) const {
    const auto age = [this](std::size_t i) { return age_of(*told_[i].invitee); };
    return {told_.size(), age, [this, key, &ambiguous](std::size_t i) {
                const auto found = find_answers(told_[i].invitee->answers, key);
                if (found.is_ambiguous) ambiguous.emplace(key);
                Offers::Values values;
                for (const auto& answer : found.answers) values.push_back(text_value(answer));
                return values;
            }};
}

std::set<std::string> FieldSources::offer(const Wanted& wanted, const Take& take) const {
    std::set<std::string> ambiguous;
    std::vector<Offers> offers;
    for (const auto key : wanted.questions) offers.push_back(offers_of_answers(key, ambiguous));
    for (const auto field : wanted.fields) offers.push_back(offers_of(field));
    while (true) {
        std::erase_if(offers, [](const Offers& one) { return one.is_over(); });
        if (offers.empty()) return ambiguous;
        auto& newest = *std::ranges::max_element(offers, {}, &Offers::age);
        for (const auto& value : newest.take())
            if (!std::holds_alternative<std::monostate>(value) && take(value)) return ambiguous;
    }
}

}  // namespace rules
