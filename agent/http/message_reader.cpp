#include "http/message_reader.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>

namespace http {

using boost::beast::http::error;
using boost::system::error_code;

constexpr std::size_t framing_of_a_byte = 8;  // "1\r\nx\r\n", and some more for a size with zeros before it

template <bool is_request>
MessageReader<is_request>::MessageReader(boost::beast::flat_buffer& buffer, MessageLimits limits)
    : buffer_(buffer), limits_(limits) {
    expect_message();
}

template <bool is_request>
void MessageReader<is_request>::expect_message() {
    parser_.emplace();
    parser_->eager(
        false);  // one element at a time: what is too much does not depend on how the bytes are cut
    parser_->header_limit(static_cast<std::uint32_t>(limits_.framing));
    parser_->body_limit(limits_.body);
}

template <bool is_request>
bool MessageReader<is_request>::has(Part part) const {
    return part == Part::whole ? parser_->is_done() : parser_->is_header_done();
}

template <bool is_request>
bool MessageReader<is_request>::is_interim() const {
    if constexpr (is_request)
        return false;
    else
        return parser_->is_header_done() && parser_->get().result_int() / 100 == 1;
}

template <bool is_request>
error_code MessageReader<is_request>::parse(Part part) {
    while (true) {
        while (!has(part))
            if (const auto failure = step()) return failure;
        if (!is_interim()) return {};
        expect_message();
    }
}

template <bool is_request>
error_code MessageReader<is_request>::step() {
    if (buffer_.size() == 0) return error::need_more;
    has_begun_ = true;
    const auto& body = parser_->get().body();
    const auto body_before = body.size();
    error_code failure;
    const auto parsed = parser_->put(buffer_.data(), failure);
    buffer_.consume(parsed);
    framing_ += parsed - (body.size() - body_before);
    if (failure && failure != error::need_more) return failure;
    if (!failure && parsed == 0) failure = error::need_more;
    if (is_too_much(failure ? buffer_.size() : 0)) return error::header_limit;
    return failure;
}

// `unparsed`: bytes that are kept because what they belong to is not whole.
template <bool is_request>
bool MessageReader<is_request>::is_too_much(std::size_t unparsed) const {
    const auto allowed = limits_.framing + framing_of_a_byte * parser_->get().body().size();
    return unparsed > limits_.framing || framing_ + unparsed > allowed;
}

template <bool is_request>
error_code MessageReader<is_request>::end() {
    if (!parser_->got_some()) return boost::asio::error::eof;
    error_code failure;
    parser_->put_eof(failure);
    return failure;
}

template class MessageReader<true>;
template class MessageReader<false>;

}  // namespace http
