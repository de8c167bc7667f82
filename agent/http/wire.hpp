// Between HTTP messages and the bytes on a connection: once for the client and the server.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "http/message.hpp"
#include "net/transport.hpp"

namespace http {

// The message as it is sent.
std::string to_bytes(Request& request);
std::string to_bytes(Response& response);
std::string header_to_bytes(Response& response);  // the answer to HEAD

enum class Part { header, whole };

// Feeds the parser until it has this part of a message; what came after it stays in `buffer`. Errors: of the
// connection, asio::error::eof before the message's first byte, and those of beast::http::error.
template <bool is_request>
boost::asio::awaitable<boost::system::error_code> read_message(
    net::Transport& transport, boost::beast::flat_buffer& buffer,
    boost::beast::http::basic_parser<is_request>& parser, Part part);

}  // namespace http
