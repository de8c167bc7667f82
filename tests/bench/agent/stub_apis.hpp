#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "bench/agent/http_server.hpp"
#include "e2e/harness/folder.hpp"

namespace bench {

// What the APIs were asked since reset().
struct ApiCalls {
    std::uint64_t calendly = 0, contacts = 0, events = 0;
    std::uint64_t all() const { return calendly + contacts + events; }
};

// Calendly and Brevo on one port, for bookings as in bookings.hpp: cheaper than the sandbox, which would be
// slower than the agent. They know the calls that the agent makes when it works off new bookings, and nothing
// of limits, cancellations or people they have not heard of.
class StubApis {
public:
    using Clock = std::chrono::steady_clock;

    explicit StubApis(const harness::Folder& folder, bool tls = true);

    std::string calendly_url() const { return origin_; }
    std::string brevo_url() const { return origin_ + "/v3"; }
    std::string other_brevo_url() const;     // takes all that comes and counts nothing
    std::string refusing_brevo_url() const;  // knows no key
    const std::string& ca_file() const { return authority_.file(); }
    HttpServer& server() { return server_; }
    const HttpServer& server() const { return server_; }

    // Forgets; from now on, the bookings `first`, `first` + 1, ... are expected.
    void reset(std::uint64_t first, std::size_t count);

    ApiCalls calls() const;
    std::uint64_t contacts_written() const;  // of different bookings

    // When the answer to the first write of the booking's contact was given; the epoch when it was not.
    Clock::time_point written_at(std::uint64_t number) const;

    // Throws std::runtime_error unless each booking led to its contact, right in every attribute, and to one
    // event, and nothing was asked that the stub does not know.
    void check() const;

private:
    struct Booking {
        Clock::time_point written_at{};
        std::uint16_t writes = 0, events = 0;
    };

    HttpAnswer answer(const HttpRequest& request);
    HttpAnswer other_answer(const HttpRequest& request);
    HttpAnswer calendly_answer(const HttpRequest& request);
    HttpAnswer contact_answer(const HttpRequest& request);
    HttpAnswer take_contact(const HttpRequest& request);
    HttpAnswer take_event(const HttpRequest& request);
    HttpAnswer unknown(const HttpRequest& request);
    HttpAnswer trouble(std::string what);
    Booking* booking_in(const HttpRequest& request);
    void check_sample() const;

    harness::CertificateAuthority authority_;
    mutable std::mutex mutex_;
    std::uint64_t first_ = 0;
    std::vector<Booking> bookings_;
    ApiCalls calls_;
    std::string sample_;   // the body of a contact's write
    std::string trouble_;  // what was asked first of what should not be asked
    HttpServer server_;
    std::string origin_;
};

}  // namespace bench
