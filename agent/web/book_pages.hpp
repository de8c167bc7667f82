// The booking page and its files: GET /book/...
#pragma once

#include <functional>
#include <vector>

#include "http/router.hpp"
#include "scheduling/site.hpp"

namespace web {

// Of every connector that has scheduling.
using Sites = std::function<std::vector<const scheduling::Site*>()>;

// Adds /book/<connector>, /book/<connector>/<event type>, /book/embed.js and /book/assets/<file>. An event
// type may also be called as `event_mapping` calls it: the browser is sent to its id.
void add_book_pages(http::Router& router, Sites sites);

}  // namespace web
