// Commands that show what Calendly has.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "calendly/account_types.hpp"
#include "calendly/listing_types.hpp"
#include "cli/session.hpp"

namespace cli {

// All of it, every page. Calls throw CommandError and Interrupted. Where an organization's things are not for
// this user, the user's own are listed, and that is said once on standard error.
class Looking {
public:
    explicit Looking(Session& session) : session_(session) {}

    // `filter.owner` is filled in.
    boost::asio::awaitable<std::vector<calendly::ListedEvent>> events(calendly::EventFilter filter);
    boost::asio::awaitable<std::vector<calendly::ListedEventType>> event_types();
    boost::asio::awaitable<std::vector<calendly::ListedInvitee>> invitees(calendly::Link event);

    // `text`: the event's URI or id.
    boost::asio::awaitable<calendly::ListedEvent> event(std::string text);

    // URIs of the event types that `text` names: a URI, the name of a mapping, or the name of event types at
    // Calendly, whatever its case.
    boost::asio::awaitable<std::set<std::string>> event_types_named(std::string text);

private:
    template <typename Item>
    using ListPageOf = std::function<boost::asio::awaitable<api::Answer<calendly::ListPage<Item>>>(
        calendly::Owner owner, std::string page_token)>;

    boost::asio::awaitable<void> look_who_we_are();
    template <typename Item>
    boost::asio::awaitable<std::vector<Item>> all_pages(const char* things, ListPageOf<Item> list);
    void fall_back(const char* things);

    Session& session_;
    std::optional<calendly::User> user_;
    bool is_own_only_ = false;  // the organization's are refused
};

// Which mapping names the event type; null when none does.
const rules::EventMapping* mapping_of(const config::Connector& connector, const std::string& event_type_uri);
// "discovery_call (list 10)"; "" when no mapping names the event type.
std::string mapped_text(const config::Connector& connector, const std::string& event_type_uri);
// The API's object with mapped_as and list_id where a mapping names its type.
boost::json::value with_mapping(const config::Connector& connector, const std::string& event_type_uri,
                                const boost::json::value& object);

// "2026-10-13 09:00 UTC"; "" without a time.
std::string shown_time(std::optional<calendly::Timestamp> time);
std::string shown_time_of(std::int64_t unix_ms);

}  // namespace cli
