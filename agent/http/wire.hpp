// Between HTTP messages and the bytes on a connection: once for the client and the server.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "http/message.hpp"
#include "http/message_reader.hpp"
#include "net/transport.hpp"

namespace http {

// The message as it is sent.
std::string to_bytes(Request& request);
std::string to_bytes(Response& response);
std::string header_to_bytes(Response& response);  // the answer to HEAD

// Reads until the reader, which reads from `buffer`, has this part of a message. Errors: of the connection,
// asio::error::eof before the message's first byte, and those of the reader.
template <bool is_request>
boost::asio::awaitable<boost::system::error_code> read_message(net::Transport& transport,
                                                               boost::beast::flat_buffer& buffer,
                                                               MessageReader<is_request>& reader, Part part);

}  // namespace http
