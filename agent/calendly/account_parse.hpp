// Calendly's JSON to account_types.hpp, and back. All throw ShapeError.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "calendly/account_types.hpp"

namespace calendly {

User parse_user(const boost::json::value& resource);
Role parse_membership(const boost::json::value& resource);
Subscription parse_subscription(const boost::json::value& resource);

std::string to_json(const NewSubscription& subscription);

// A page of a listing: {"collection": [...], "pagination": {"next_page_token": ...}}.
struct Page {
    std::vector<boost::json::value> items;
    std::string next_page_token;  // "" on the last one
};
Page parse_page(std::string_view body);

}  // namespace calendly
