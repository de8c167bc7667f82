#include "http/wire.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/serializer.hpp>

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t read_size = 8 * 1024;

// What the serializer has to say next, behind `bytes`.
template <typename Serializer>
void append_next(std::string& bytes, Serializer& serializer, error_code& error) {
    serializer.next(error, [&](error_code&, const auto& buffers) {
        for (const asio::const_buffer buffer : beast::buffers_range_ref(buffers))
            bytes.append(static_cast<const char*>(buffer.data()), buffer.size());
        serializer.consume(beast::buffer_bytes(buffers));
    });
}

template <bool is_request, typename Message>
std::string serialize(Message& message) {
    std::string bytes;
    beast::http::serializer<is_request, beast::http::string_body> serializer(message);
    error_code error;
    while (!error && !serializer.is_done()) append_next(bytes, serializer, error);
    return bytes;
}

}  // namespace

std::string to_bytes(Request& request) {
    return serialize<true>(request);
}

std::string to_bytes(Response& response) {
    return serialize<false>(response);
}

std::string header_to_bytes(Response& response) {
    std::string bytes;
    beast::http::serializer<false, beast::http::string_body> serializer(response);
    serializer.split(true);
    error_code error;
    while (!error && !serializer.is_header_done()) append_next(bytes, serializer, error);
    return bytes;
}

template <bool is_request>
asio::awaitable<error_code> read_message(net::Transport& transport, beast::flat_buffer& buffer,
                                         MessageReader<is_request>& reader, Part part) {
    auto error = reader.parse(part);
    while (error == beast::http::error::need_more) {
        const auto [read_error, size] = co_await transport.read_some(buffer.prepare(read_size));
        buffer.commit(size);
        error = read_error == asio::error::eof ? reader.end() : read_error;
        if (!error) error = reader.parse(part);
    }
    co_return error;
}

template asio::awaitable<error_code> read_message(net::Transport&, beast::flat_buffer&, MessageReader<true>&,
                                                  Part);
template asio::awaitable<error_code> read_message(net::Transport&, beast::flat_buffer&, MessageReader<false>&,
                                                  Part);

}  // namespace http
