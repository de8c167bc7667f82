#include "bench/agent/stub_apis.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "bench/agent/bookings.hpp"

namespace bench {
namespace {

namespace json = boost::json;

constexpr std::string_view attributes =
    R"({"attributes":[{"name":"FIRSTNAME","category":"normal","type":"text"},)"
    R"({"name":"LASTNAME","category":"normal","type":"text"},{"name":"SMS","category":"normal","type":"text"},)"
    R"({"name":"COMPANY","category":"normal","type":"text"},{"name":"JOB_TITLE","category":"normal","type":"text"},)"
    R"({"name":"CALENDLY_EVENT_TYPE","category":"normal","type":"text"},)"
    R"({"name":"MEETING_DATE","category":"normal","type":"date"},)"
    R"({"name":"BOOKING_STATUS","category":"normal","type":"text"}]})";

constexpr std::string_view other_path = "/other/v3", refusing_path = "/refusing/v3";

std::optional<harness::Certificate> certificate_of(const harness::CertificateAuthority& authority, bool tls) {
    if (!tls) return std::nullopt;
    return authority.issue("apis");
}

HttpAnswer not_found() {
    return {404, R"({"code":"document_not_found","title":"Resource Not Found","message":"Not found"})"};
}

std::string list(std::int64_t id) {
    return fmt::format(
        R"({{"id":{},"name":"List {}","folderId":1,"uniqueSubscribers":0,"totalSubscribers":0,)"
        R"("totalBlacklisted":0}})",
        id, id);
}

HttpAnswer lists() {
    return {200,
            fmt::format(R"({{"lists":[{},{},{},{}],"count":4}})", list(10), list(11), list(20), list(21))};
}

std::string text_at(const json::value& value, const char* pointer) {
    boost::system::error_code none;
    const auto* found = value.find_pointer(pointer, none);
    return found && found->is_string() ? std::string(found->as_string()) : "";
}

}  // namespace

StubApis::StubApis(const harness::Folder& folder, bool tls)
    : authority_(folder, tls ? "ca" : "ca-unused"),
      server_(certificate_of(authority_, tls),
              [this](const HttpRequest& request) { return answer(request); }),
      origin_(fmt::format("{}://127.0.0.1:{}", tls ? "https" : "http", server_.port())) {}

std::string StubApis::other_brevo_url() const {
    return origin_ + std::string(other_path);
}

std::string StubApis::refusing_brevo_url() const {
    return origin_ + std::string(refusing_path);
}

void StubApis::reset(std::uint64_t first, std::size_t count) {
    const std::lock_guard lock(mutex_);
    first_ = first;
    bookings_.assign(count, {});
    calls_ = {};
    sample_.clear();
}

ApiCalls StubApis::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}

std::uint64_t StubApis::contacts_written() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::uint64_t>(
        std::ranges::count_if(bookings_, [](const auto& booking) { return booking.writes > 0; }));
}

StubApis::Clock::time_point StubApis::written_at(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    return bookings_.at(number - first_).written_at;
}

HttpAnswer StubApis::answer(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    const auto target = request.target;
    if (target.starts_with(refusing_path))
        return {401, R"({"code":"unauthorized","message":"Key not found"})"};
    if (target.starts_with(other_path)) return other_answer(request);
    if (!target.starts_with("/v3/")) return calendly_answer(request);
    if (target == "/v3/events" && request.method == "POST") return take_event(request);
    return contact_answer(request);
}

HttpAnswer StubApis::other_answer(const HttpRequest& request) {
    if (request.method != "GET") return {204, {}};
    auto moved = request;
    moved.target.remove_prefix(other_path.size() - std::string_view("/v3").size());
    return contact_answer(moved);
}

HttpAnswer StubApis::calendly_answer(const HttpRequest& request) {
    ++calls_.calendly;
    const auto target = request.target;
    if (request.method != "GET") return unknown(request);
    if (target.starts_with("/event_types/")) return {200, event_type_answer()};
    const auto number = number_in(target);
    if (!number || !target.starts_with("/scheduled_events/")) return unknown(request);
    const bool is_invitee = target.find("/invitees/") != target.npos;
    return {200, is_invitee ? invitee_answer(*number) : event_answer(*number)};
}

HttpAnswer StubApis::contact_answer(const HttpRequest& request) {
    ++calls_.contacts;
    const auto target = request.target;
    if (request.method != "GET") return take_contact(request);
    if (target == "/v3/contacts/attributes") return {200, std::string(attributes)};
    if (target.starts_with("/v3/contacts/lists/"))
        return {200, list(std::stoll(std::string(target.substr(target.rfind('/') + 1))))};
    if (target.starts_with("/v3/contacts/lists")) return lists();
    if (target.starts_with("/v3/contacts/")) return not_found();
    return unknown(request);
}

HttpAnswer StubApis::take_contact(const HttpRequest& request) {
    const bool is_new = request.target == "/v3/contacts" && request.method == "POST";
    const bool is_update = request.target.starts_with("/v3/contacts/") && request.method == "PUT";
    if (!is_new && !is_update) return unknown(request);
    auto* const booking = booking_in(request);
    if (!booking) return trouble("a contact for no booking: " + std::string(request.body));
    if (sample_.empty()) sample_ = request.body;
    if (++booking->writes > 1) return {204, {}};
    booking->written_at = Clock::now();
    return {is_new ? 201u : 204u, is_new ? R"({"id":4711})" : ""};
}

HttpAnswer StubApis::take_event(const HttpRequest& request) {
    ++calls_.events;
    auto* const booking = booking_in(request);
    if (!booking) return trouble("an event of no booking: " + std::string(request.body));
    ++booking->events;
    return {204, {}};
}

HttpAnswer StubApis::unknown(const HttpRequest& request) {
    return trouble(fmt::format("{} {}, which the stub does not know", request.method, request.target));
}

HttpAnswer StubApis::trouble(std::string what) {
    if (trouble_.empty()) trouble_ = std::move(what);
    return not_found();
}

StubApis::Booking* StubApis::booking_in(const HttpRequest& request) {
    auto number = number_in(request.target);
    if (!number) number = number_in(request.body);
    if (!number || *number < first_ || *number - first_ >= bookings_.size()) return nullptr;
    return &bookings_[*number - first_];
}

void StubApis::check() const {
    const std::lock_guard lock(mutex_);
    if (!trouble_.empty()) throw std::runtime_error("the agent asked for " + trouble_);
    for (std::size_t i = 0; i < bookings_.size(); ++i)
        if (bookings_[i].writes != 1 || bookings_[i].events != 1)
            throw std::runtime_error(fmt::format("booking {}: {} writes of the contact, {} events",
                                                 first_ + i, bookings_[i].writes, bookings_[i].events));
    check_sample();
}

// What is fast and wrong is worth nothing.
void StubApis::check_sample() const {
    const auto contact = json::parse(sample_);
    for (const auto& [pointer, expected] : {std::pair{"/attributes/CALENDLY_EVENT_TYPE", "Discovery call"},
                                            std::pair{"/attributes/BOOKING_STATUS", "booked"}})
        if (text_at(contact, pointer) != expected)
            throw std::runtime_error(fmt::format("a contact without {}: {}", pointer, sample_));
    if (contact.at("listIds") != json::array{10})
        throw std::runtime_error("a contact without its list: " + sample_);
}

}  // namespace bench
