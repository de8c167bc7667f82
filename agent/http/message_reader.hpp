// From bytes to HTTP messages, without a socket: the one place that says how much may come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include "http/message.hpp"

namespace http {

struct MessageLimits {
    // Bytes of all that is no body, together: interim answers, the head, and of a body in chunks the sizes,
    // extensions and trailers. Whoever sends small chunks has eight bytes more for each byte of the body.
    std::size_t framing = 64 * 1024;
    std::uint64_t body = 8 << 20;  // bytes
};

enum class Part { header, whole };

// Reads one message from a buffer that others fill; what came after it stays there. Interim answers (1xx) are
// passed over.
template <bool is_request>
class MessageReader {
public:
    using Message = std::conditional_t<is_request, Request, Response>;
    using ErrorCode = boost::system::error_code;

    // The buffer must live as long as the reader.
    MessageReader(boost::beast::flat_buffer& buffer, MessageLimits limits);

    // Takes what is in the buffer. No error: this part of the message is there. Else
    // beast::http::error::need_more, header_limit, body_limit, or what is wrong with the bytes.
    ErrorCode parse(Part part);

    // The other end says that nothing more comes. asio::error::eof when it has said nothing at all.
    ErrorCode end();

    // Whether any byte came, be it of an interim answer.
    bool has_begun() const noexcept { return has_begun_; }
    bool has_header() const { return parser_->is_header_done(); }
    const Message& message() const { return parser_->get(); }
    Message release() { return parser_->release(); }

private:
    using Parser = boost::beast::http::parser<is_request, boost::beast::http::string_body>;

    void expect_message();
    bool has(Part part) const;
    bool is_interim() const;
    ErrorCode step();
    bool is_too_much(std::size_t unparsed) const;

    boost::beast::flat_buffer& buffer_;
    MessageLimits limits_;
    std::optional<Parser> parser_;
    std::size_t framing_ = 0;  // bytes taken so far that are no body
    bool has_begun_ = false;
};

}  // namespace http
