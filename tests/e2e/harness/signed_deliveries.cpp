#include "e2e/harness/signed_deliveries.hpp"

#include <charconv>
#include <chrono>
#include <stdexcept>

#include "shared/signature.hpp"

namespace harness {
namespace {

constexpr std::string_view id_mark = "/invitees/LOAD";
constexpr std::size_t id_digits = 16;
constexpr std::string_view end_of_body = "\"}]}}";

std::string padded(std::uint64_t id) {
    std::string digits = std::to_string(id);
    return digits.insert(0, id_digits - std::min(digits.size(), id_digits), '0');
}

// Spreads neighbouring ids over the whole range (the finalizer of SplitMix64).
std::uint64_t scattered(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

// Letters and blanks that differ with the id all the way.
void append_prose(std::string& text, std::uint64_t id, std::size_t size) {
    constexpr std::string_view alphabet = "etaoin shrdlu cmfwyp vbgkjqxz TA";
    static_assert(alphabet.size() == 32);
    std::uint64_t random = 0;
    for (std::size_t i = 0; i < size; ++i, random >>= 5) {
        if (i % 12 == 0) random = scattered(id * 1000 + i);
        text += alphabet[random & 31];
    }
}

std::string body_of(std::uint64_t id, std::size_t size) {
    const std::string digits = padded(id);
    std::string body = R"({"event":"invitee.created","created_at":"2025-11-04T19:52:18.000000Z",)";
    body += R"("created_by":"https://api.calendly.com/users/LOADUSER","payload":{)";
    body += R"("event":"https://api.calendly.com/scheduled_events/LOAD)" + digits + R"(",)";
    body += R"("uri":"https://api.calendly.com/scheduled_events/LOAD)" + digits;
    body += std::string(id_mark) + digits + R"(",)";
    body += R"("email":"invitee-)" + digits + R"(@quinta.example","name":"Maren Solberg",)";
    body += R"("created_at":"2025-11-04T19:52:17.240878Z","updated_at":"2025-11-04T19:52:17.240878Z",)";
    body += R"("status":"active","rescheduled":false,"old_invitee":null,"new_invitee":null,"no_show":null,)";
    body += R"("timezone":"Europe/Lisbon","questions_and_answers":[)";
    body += R"({"position":0,"question":"What is it about?","answer":")";
    const std::size_t used = body.size() + end_of_body.size();
    if (used > size) throw std::runtime_error("a body of " + std::to_string(size) + " bytes is too small");
    append_prose(body, id, size - used);
    return body += end_of_body;
}

std::string head_of(const DeliveryShape& shape, const std::string& signature, std::size_t body_size) {
    return "POST " + shape.target +
           " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Calendly-Webhooks\r\nAccept: */*\r\n"
           "Content-Type: application/json\r\n" +
           (shape.keep_alive ? "" : "Connection: close\r\n") + std::string(shared::signature_header_name) +
           ": " + signature + "\r\nContent-Length: " + std::to_string(body_size) + "\r\n\r\n";
}

std::int64_t now() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

SignedDeliveries::SignedDeliveries(std::uint64_t first_id, std::size_t count, const DeliveryShape& shape)
    : first_id_(first_id) {
    if (shape.smallest < least_body || shape.largest < shape.smallest)
        throw std::runtime_error("deliveries cannot have that size");
    bytes_.reserve(count * ((shape.smallest + shape.largest) / 2 + 512));
    ends_.reserve(count);
    const std::int64_t seconds = now();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t size = shape.smallest + scattered(id(i)) % (shape.largest - shape.smallest + 1);
        const std::string body = body_of(id(i), size);
        bytes_ += head_of(shape, shared::sign_delivery(shape.key, seconds, body), body.size());
        bytes_ += body;
        ends_.push_back(bytes_.size());
    }
}

std::string_view SignedDeliveries::request(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(bytes_).substr(begin, ends_[index] - begin);
}

std::optional<std::uint64_t> SignedDeliveries::id_of(std::string_view body) {
    const auto mark = body.find(id_mark);
    if (mark == body.npos) return std::nullopt;
    const auto digits = body.substr(mark + id_mark.size(), id_digits);
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (error != std::errc() || digits.size() != id_digits || end != digits.data() + digits.size())
        return std::nullopt;
    return id;
}

}  // namespace harness
