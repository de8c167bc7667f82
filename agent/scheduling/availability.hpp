// What can be booked and when, as Calendly says: asked once for all visitors together, and kept for a moment.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "api/answer_cache.hpp"
#include "calendly/scheduling_api.hpp"
#include "scheduling/refusal.hpp"
#include "scheduling/site.hpp"

namespace scheduling {

using Times = std::vector<calendly::OfferedTime>;
using Now = std::function<calendly::Timestamp()>;

class Availability {
public:
    Availability(const Site& site, calendly::SchedulingApi& calendly, Now now);

    // Of a type that can be booked here; else not_bookable. Polls, paid, secret and inactive types cannot.
    boost::asio::awaitable<Outcome<calendly::BookableType>> type(std::string id);
    // All of them. What cannot be shown is left out, unless nothing can.
    boost::asio::awaitable<Outcome<std::vector<calendly::BookableType>>> types();

    // The address of the host whose type it is; "" when it is a team's, or Calendly does not tell it now.
    boost::asio::awaitable<std::string> host_email(calendly::BookableType type);

    // In [from, to), as old as 30 s.
    boost::asio::awaitable<Outcome<Times>> times(calendly::BookableType type, calendly::Timestamp from,
                                                 calendly::Timestamp to);
    // Looks again before it says no.
    boost::asio::awaitable<Outcome<bool>> is_offered(calendly::BookableType type, calendly::Timestamp start);
    // The three that are nearest to it; none when they cannot be had.
    boost::asio::awaitable<std::vector<calendly::Timestamp>> alternatives(calendly::BookableType type,
                                                                          calendly::Timestamp start);
    // It was booked, or taken: what is kept about then says nothing any more.
    void forget(const calendly::BookableType& type, calendly::Timestamp start);

    // Calendly's page of a type; "" when it was never seen. Also while Calendly cannot be asked.
    std::string scheduling_url(const std::string& id) const;

private:
    using CacheTime = api::AnswerCache<Times>::Time;

    boost::asio::awaitable<Outcome<Times>> times_since(calendly::BookableType type, calendly::Timestamp from,
                                                       calendly::Timestamp to, CacheTime since);

    const Site& site_;
    calendly::SchedulingApi& calendly_;
    Now now_;
    net::Waiting waiting_;
    api::AnswerCache<calendly::BookableType> types_;
    api::AnswerCache<std::string> emails_;
    api::AnswerCache<Times> times_;
    std::map<std::string, std::string> last_urls_;  // by id
};

}  // namespace scheduling
