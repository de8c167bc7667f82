// What callers of the operators' API write into queries and bodies. All throw OperatorRefusal, 422 with the
// name of what is wrong, before anything is done.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "http/router.hpp"
#include "redis/dead_letter_desk.hpp"
#include "redis/timeline.hpp"

namespace web {

// No other parameter, and each once.
void allow_parameters(const http::RoutedRequest& routed, std::initializer_list<std::string_view> names);
bool reveals(const http::RoutedRequest& routed);
redis::TimelineFilter timeline_filter(const http::RoutedRequest& routed);
redis::LetterFilter letter_filter(const http::RoutedRequest& routed);
std::string cursor_in(const http::RoutedRequest& routed);  // "": none

// No other member.
void allow_members(const boost::json::object& body, std::initializer_list<std::string_view> names);
// 1 to `most` characters.
std::string text_member(const boost::json::object& body, std::string_view name, std::size_t most);

// Exactly these, or all that the filter finds if they are as many as expected.
struct Selection {
    std::vector<std::string> ids;
    std::optional<redis::LetterFilter> filter;
    std::uint64_t expected = 0;
    bool is_dry_run = false;
};
Selection selection_in(const boost::json::object& body, bool has_dry_run);

}  // namespace web
