// Whatever an API's server, or a stranger in its place, answers: it is read alike however it is cut, and
// what is read and kept of it has an end. Input: the bytes of the connection.
#include "http/message_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "tests/fuzz/fuzz.hpp"

namespace {

namespace asio = boost::asio;
using Pieces = std::vector<std::string_view>;
using boost::beast::http::error;
using boost::system::error_code;

// Small enough for short inputs to break them.
constexpr http::MessageLimits limits{.framing = 300, .body = 200};

// Nothing unless an answer was whole. What is no HTTP may be noticed at once or when more has come.
struct Heard {
    std::string message;  // its status, fields and body
    std::string left;     // what came after it
    bool operator==(const Heard&) const = default;
};

std::string seen(const http::Response& response) {
    auto text = std::to_string(response.result_int()) + (response.keep_alive() ? "+" : "-");
    for (const auto& field : response)
        text.append(field.name_string()).append(":").append(field.value()).append("\n");
    return text + response.body();
}

Heard hear(const Pieces& pieces, bool is_closed) {
    boost::beast::flat_buffer buffer;
    http::MessageReader<false> reader(buffer, limits);
    error_code outcome = error::need_more;
    Heard heard;
    std::size_t taken = 0;
    for (const auto piece : pieces) {
        if (outcome != error::need_more) {
            heard.left += piece;
            continue;
        }
        buffer.commit(
            asio::buffer_copy(buffer.prepare(piece.size()), asio::buffer(piece.data(), piece.size())));
        taken += piece.size();
        outcome = reader.parse(http::Part::whole);
        if (outcome == error::need_more)
            fuzz::require(buffer.size() <= limits.framing, "little is kept of what is not whole");
    }
    fuzz::require(reader.has_begun() == (taken > 0), "whoever said anything has begun");
    if (is_closed && outcome == error::need_more) outcome = reader.end();
    if (outcome && outcome != error::need_more) return {};
    const auto& body = reader.message().body();
    fuzz::require(body.size() <= limits.body, "a body has an end");
    fuzz::require(taken - buffer.size() <= limits.framing + 9 * limits.body, "what is read has an end");
    if (outcome) return {};
    fuzz::require(reader.message().result_int() / 100 != 1, "an interim answer is not the answer");
    heard.message = seen(reader.message());
    heard.left.insert(0, static_cast<const char*>(buffer.data().data()), buffer.size());
    return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::view(data, size);
    fuzz::Chance chance(input);
    const Pieces whole = {input}, cut = fuzz::pieces(input, chance);
    for (const bool is_closed : {false, true})
        fuzz::require(hear(whole, is_closed) == hear(cut, is_closed),
                      "an answer is the same however the bytes are cut");
    return 0;
}
