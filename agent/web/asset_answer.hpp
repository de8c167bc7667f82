// A built-in file as the answer to a request.
#pragma once

#include <string_view>

#include "http/message.hpp"
#include "web/assets.hpp"

namespace web {

// 200 with its type, in gzip where that is accepted, or 304 when the browser has it.
http::Response answer_with(const Asset& asset, const http::Request& request);

// `If-None-Match` names this tag, or any.
bool names_tag(std::string_view if_none_match, std::string_view tag);

// `Accept-Encoding` has gzip, and not with q=0.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace web
