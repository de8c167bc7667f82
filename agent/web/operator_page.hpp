// The operators' page and its files: GET / and /operator/...
#pragma once

#include "http/router.hpp"

namespace web {

// No other page may show it in a frame.
void add_operator_page(http::Router& router);

}  // namespace web
