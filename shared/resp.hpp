// RESP2, the protocol of Redis: commands are written here, replies are read by hiredis's reader.
// No I/O: the edge feeds it from nginx's buffers, the agent from Asio's.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <hiredis/hiredis.h>

namespace shared {

// "*<n>\r\n" and "$<n>\r\n", for a command whose arguments are not all in memory at once.
void append_array_header(std::string& out, std::size_t count);
void append_bulk_header(std::string& out, std::size_t size);
void append_bulk(std::string& out, std::string_view bytes);

void append_command(std::string& out, std::span<const std::string_view> arguments);

struct FreeReply {
    void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, FreeReply>;

// The bytes of a status, an error or a string; empty for every other type.
std::string_view text(const redisReply& reply) noexcept;

// An error reply fit for a log: one line, printable, short, and without the arguments of the command, which
// Redis quotes in some errors.
std::string error_for_log(const redisReply& reply);

// Bytes in, whole replies out. An array of more than a million elements is not read.
class ReplyReader {
public:
    ReplyReader();

    // False after bytes that are not RESP: the connection cannot be used any more, error() says why.
    bool feed(std::string_view bytes) noexcept;

    // The next whole reply; null when more bytes are needed, or when the bytes are not RESP (failed()).
    ReplyPtr next() noexcept;

    bool failed() const noexcept { return reader_->err != 0; }
    std::string_view error() const noexcept { return reader_->errstr; }

private:
    struct Free {
        void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
    };
    std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace shared
