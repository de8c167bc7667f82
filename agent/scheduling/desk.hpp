// Where visitors of one connector book: everything that the API under /v1/scheduling/ does, without HTTP.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "config/configuration.hpp"
#include "scheduling/acceptance.hpp"
#include "scheduling/bookings.hpp"
#include "scheduling/site.hpp"

namespace scheduling {

class Desk {
public:
    Desk(const config::Connector& connector, World world, Verify verify = {});
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    const Site& site() const noexcept { return site_; }

    boost::asio::awaitable<Outcome<boost::json::array>> event_types();
    // Without `start` from now on, without `end` for 31 days.
    boost::asio::awaitable<Outcome<boost::json::object>> available_times(std::string type,
                                                                         std::optional<std::string> start,
                                                                         std::optional<std::string> end);
    boost::asio::awaitable<Outcome<boost::json::object>> form_token(std::string type);
    // The answer as text.
    boost::asio::awaitable<Outcome<std::string>> book(std::string type, BookingRequest request);

    // Whether the booking was made here, and whoever asks may cancel it.
    boost::asio::awaitable<bool> is_own(std::string id, std::string cancel_token);
    // Both of one that is_own().
    boost::asio::awaitable<Outcome<boost::json::object>> state(std::string id, std::string cancel_token);
    boost::asio::awaitable<Outcome<bool>> cancel(std::string id, std::string reason);

    boost::asio::awaitable<Outcome<boost::json::object>> link(std::string type);

    // The visitor's address: that of the peer, or what a trusted proxy says.
    std::string address_of(const std::string& peer, const std::string& real_ip) const;

    // From now on nothing is begun.
    void close() noexcept { is_closed_ = true; }
    // Until everything that was begun has ended.
    boost::asio::awaitable<void> finished();

private:
    struct Use;
    struct Meeting {
        calendly::Invitee invitee;
        calendly::ListedEvent event;
    };

    InUse use();
    boost::asio::awaitable<Outcome<std::string>> accept_and_make(std::string type, BookingRequest request);
    boost::asio::awaitable<std::pair<std::string, std::string>> describe(calendly::BookableType type,
                                                                         calendly::NewBooking booking,
                                                                         calendly::Invitee invitee);
    boost::asio::awaitable<Outcome<Meeting>> find(std::string id);
    boost::asio::awaitable<Outcome<bool>> cancel_found(std::string id, std::string reason);
    boost::asio::awaitable<void> note_page(std::string type);
    boost::asio::awaitable<std::string> page_of(std::string type);
    template <typename T>
    boost::asio::awaitable<Outcome<T>> guarded(boost::asio::awaitable<Outcome<T>> work, std::string type);

    Site site_;
    config::Scheduling settings_;
    World world_;
    Availability availability_;
    Acceptance acceptance_;
    Bookings bookings_;
    net::LimitedLog log_;
    net::Event has_ended_;                            // something that was begun
    std::map<std::string, std::string> noted_pages_;  // by id of the type, as the store has them
    std::size_t in_use_ = 0;
    bool is_closed_ = false;
};

}  // namespace scheduling
