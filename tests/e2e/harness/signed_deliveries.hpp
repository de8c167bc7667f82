#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harness {

struct DeliveryShape {
    std::string key;                              // that signs them
    std::size_t smallest = 2048, largest = 4096;  // bytes of a body; not under SignedDeliveries::least_body
    std::string target = "/webhooks/calendly";
    bool keep_alive = true;  // false: "Connection: close", so a connection for each
};

// Webhooks as whole HTTP/1.1 requests, ready to be sent: signed now, no two bodies alike.
class SignedDeliveries {
public:
    static constexpr std::size_t least_body = 768;

    // They carry the ids `first_id`, `first_id` + 1, ...
    SignedDeliveries(std::uint64_t first_id, std::size_t count, const DeliveryShape& shape);

    std::size_t size() const { return ends_.size(); }
    std::uint64_t id(std::size_t index) const { return first_id_ + index; }
    std::string_view request(std::size_t index) const;

    // The id of a body, as found in the stream; nothing when it is none of ours.
    static std::optional<std::uint64_t> id_of(std::string_view body);

private:
    std::uint64_t first_id_;
    std::string bytes_;
    std::vector<std::size_t> ends_;  // of each request in bytes_
};

}  // namespace harness
