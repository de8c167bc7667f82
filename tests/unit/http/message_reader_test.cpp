// What an HTTP message may look like, byte by byte, and how much of it may come.
#include "http/message_reader.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>

namespace message_reader_test {

namespace asio = boost::asio;
using boost::beast::http::error;
using boost::system::error_code;
using http::Part;

constexpr http::MessageLimits limits{.framing = 1000, .body = 500};

template <bool is_request>
class Reading {
public:
    // need_more, no error when the message is whole, or what is wrong; at most `piece` bytes at a time.
    error_code feed(std::string_view bytes, std::size_t piece = std::string::npos) {
        error_code outcome = error::need_more;
        while (outcome == error::need_more && !bytes.empty()) {
            const auto next = bytes.substr(0, piece);
            buffer.commit(asio::buffer_copy(buffer.prepare(next.size()), asio::buffer(next)));
            bytes.remove_prefix(next.size());
            outcome = reader.parse(Part::whole);
            most_kept = std::max(most_kept, buffer.size());
        }
        left =
            std::string(static_cast<const char*>(buffer.data().data()), buffer.size()) + std::string(bytes);
        return outcome;
    }
    // Over and over, as from a server that never stops.
    error_code feed_without_end(std::string_view begin, std::string_view again) {
        auto outcome = feed(begin);
        for (int i = 0; i < 100'000 && outcome == error::need_more; ++i) outcome = feed(again);
        return outcome;
    }
    const std::string& body() const { return reader.message().body(); }

    boost::beast::flat_buffer buffer;
    http::MessageReader<is_request> reader{buffer, limits};
    std::string left;           // what came after the message
    std::size_t most_kept = 0;  // bytes in the buffer
};

using Answer = Reading<false>;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(MessageReader, ReadsAMessageAndLeavesWhatCameAfterIt) {
    Answer answer;
    EXPECT_EQ(answer.feed(ok + "HTTP/1.1 204"), error_code());
    EXPECT_EQ(answer.body(), "hi");
    EXPECT_EQ(answer.left, "HTTP/1.1 204");
}

TEST(MessageReader, ReadsTheSameHoweverTheBytesAreCut) {
    const std::string messages[] = {
        ok, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok,
        chunked + "1;a=b\r\nh\r\n1\r\ni\r\n0;c\r\nTrailer: x\r\n\r\n"};
    for (const auto& message : messages)
        for (const std::size_t piece : {1, 2, 3, 7, 1000}) {
            Answer answer;
            EXPECT_EQ(answer.feed(message, piece), error_code()) << message << piece;
            EXPECT_EQ(answer.body(), "hi") << message << piece;
        }
}

TEST(MessageReader, AnInterimAnswerIsSomethingButNotTheAnswer) {
    Answer answer;
    EXPECT_FALSE(answer.reader.has_begun());
    EXPECT_EQ(answer.feed("HTTP/1.1 100 Continue\r\n\r\n"), error::need_more);
    EXPECT_TRUE(answer.reader.has_begun());
    EXPECT_EQ(answer.reader.end(), asio::error::eof);
}

TEST(MessageReader, WhateverIsNoBodyHasAnEnd) {
    const std::string line(90, 'x');
    const std::pair<std::string, std::string> floods[] = {
        {"", "HTTP/1.1 100 Continue\r\n\r\n"},                 // interim answers
        {"HTTP/1.1 200 OK\r\nA: ", line},                      // one line
        {"HTTP/1.1 200 OK\r\n", "A: b\r\n"},                   // fields
        {"HTTP/1.1 200 ", line},                               // words of the status
        {chunked + "1;", line},                                // an extension
        {chunked, "1;" + line + "\r\nx\r\n"},                  // extensions of small chunks
        {chunked + "0\r\n", "A: b\r\n"},                       // trailers
        {chunked + "0\r\nA: ", line},                          // one of them
        {chunked + "1", "0"},                                  // a size
        {"HTTP/1.1 103 Early Hints\r\n", "Link: /style\r\n"},  // fields of an interim answer
    };
    for (const auto& [begin, again] : floods) {
        Answer answer;
        EXPECT_EQ(answer.feed_without_end(begin, again), error::header_limit) << begin << again;
        EXPECT_LE(answer.most_kept, limits.framing + again.size()) << begin << again;
    }
}

TEST(MessageReader, AllThatIsNoBodyCountsTogether) {
    const std::string field = "A: " + std::string(390, 'x') + "\r\n";
    const std::string interim = "HTTP/1.1 103 Early Hints\r\n" + field + "\r\n";
    const std::string answer = "HTTP/1.1 204 No Content\r\n" + field + "\r\n";
    EXPECT_EQ(Answer().feed(interim + answer), error_code());
    EXPECT_EQ(Answer().feed(interim + interim + answer), error::header_limit);
}

TEST(MessageReader, ABodyOfSmallChunksIsNoFlood) {
    Answer answer;
    std::string message = chunked;
    for (int i = 0; i < 500; ++i) message += "1\r\nx\r\n";
    EXPECT_EQ(answer.feed(message + "0\r\n\r\n"), error_code());
    EXPECT_EQ(answer.body().size(), 500u);
}

TEST(MessageReader, ABodyHasAnEnd) {
    const std::string byte = "1\r\nx\r\n";
    EXPECT_EQ(Answer().feed("HTTP/1.1 200 OK\r\nContent-Length: 501\r\n\r\n"), error::body_limit);
    EXPECT_EQ(Answer().feed_without_end(chunked, byte), error::body_limit);
    EXPECT_EQ(Answer().feed_without_end("HTTP/1.1 200 OK\r\n\r\n", "x"), error::body_limit);
}

TEST(MessageReader, TheEndOfAConnectionEndsABodyWithoutALengthAndNothingElse) {
    Answer whole, cut, silent;
    EXPECT_EQ(whole.feed("HTTP/1.1 200 OK\r\n\r\nuntil the end"), error::need_more);
    EXPECT_EQ(whole.reader.end(), error_code());
    EXPECT_EQ(whole.body(), "until the end");
    EXPECT_EQ(cut.feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nuntil"), error::need_more);
    EXPECT_EQ(cut.reader.end(), error::partial_message);
    EXPECT_EQ(silent.reader.end(), asio::error::eof);
}

TEST(MessageReader, ARequestHasTheSameLimits) {
    const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    Reading<true> request;
    EXPECT_EQ(request.feed(head + "2\r\nhi\r\n0\r\n\r\n"), error_code());
    EXPECT_EQ(request.body(), "hi");
    EXPECT_EQ(Reading<true>().feed_without_end(head + "0\r\n", "A: b\r\n"), error::header_limit);
    EXPECT_EQ(Reading<true>().feed_without_end("GET / HTTP/1.1\r\n", "A: b\r\n"), error::header_limit);
}

}  // namespace message_reader_test
