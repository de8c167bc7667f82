// Calendly's pagination: count 1..100 (default 20), page_token, next_page and previous_page.
#pragma once

#include <functional>

#include "sandbox/router.hpp"

namespace sandbox {

// {collection, pagination} with the page of `ids` that the call asks for.
// Throws invalid_argument for a count out of range and a token that this list never gave.
json::object page_of(const Call& call, const std::vector<std::string>& ids,
                     const std::function<json::object(const std::string& id)>& render);

// "name:desc": gives +1 or -1 for the one field that can be sorted by. Throws invalid_argument for others.
int sort_direction(const Call& call, std::string_view field, int default_direction);

}  // namespace sandbox
