// From a delivery to what it tells, its links followed: the scheduled event, the no-show, the other half of a
// reschedule, the event type.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "calendly/api.hpp"
#include "config/configuration.hpp"
#include "sync/fold.hpp"
#include "sync/persistence.hpp"

namespace syncing {

// The delivery's own change, when its body says which: no link needs to be followed for one that is done.
std::string own_change_id(const calendly::Delivery& delivery);

class Links {
public:
    using Sightings = std::vector<Sighting>;

    Links(calendly::Api& api, config::FollowLinks mode, Persistence& persistence, Statistics& statistics,
          std::shared_ptr<spdlog::logger> log);

    // What the delivery of one of the four invitee events tells, in the order in which it happened. After a
    // reschedule to another e-mail some of it is about another person. A failure is final: the entry can
    // never be used. Throws Interrupted.
    boost::asio::awaitable<http::Answer<Sightings>> follow(calendly::Delivery delivery, const Ledger& ledger);

    // An event type was changed: its name is read again when it is needed.
    void forget_event_type(const std::string& uri) { event_types_.erase(uri); }

private:
    struct KnownName {
        std::string name;
        std::chrono::steady_clock::time_point until;
    };

    boost::asio::awaitable<http::Answer<Sighting>> base_sighting(const calendly::Delivery& delivery);
    boost::asio::awaitable<http::Answer<calendly::ScheduledEvent>> event_of(
        std::string uri, const calendly::ScheduledEvent* embedded);
    boost::asio::awaitable<std::string> event_type_name(std::string uri);
    boost::asio::awaitable<bool> is_no_show_undone(std::string no_show_uri);
    boost::asio::awaitable<void> add_no_show(Sighting sighting, Timestamp delivered, Sightings& sightings);
    boost::asio::awaitable<void> add_undone(Sighting sighting, Timestamp delivered, const Ledger& ledger,
                                            Sightings& sightings);
    boost::asio::awaitable<void> add_new_half(const Sighting& old_half, const Ledger& ledger,
                                              Sightings& sightings);
    boost::asio::awaitable<void> add_old_half(const Sighting& new_half, const Ledger& ledger,
                                              Sightings& sightings);
    boost::asio::awaitable<std::optional<calendly::Invitee>> other_half(std::string uri);
    void note_fallback(const std::string& what, const http::ApiFailure& failure);

    calendly::Api& api_;
    config::FollowLinks mode_;
    Persistence& persistence_;
    Statistics& statistics_;
    std::shared_ptr<spdlog::logger> log_;
    std::map<std::string, KnownName> event_types_;
};

}  // namespace syncing
