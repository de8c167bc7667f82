#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include <hiredis/hiredis.h>

namespace edge::redis {

// hiredis's reader, but every reply is written into the same objects, where hiredis would allocate two or
// more for each. It keeps what the edge looks at: the type, the first max_text bytes of a status, an error or
// a string, and of an array the first max_elements elements, without what is inside them.
class ReplyReader {
public:
    static constexpr std::size_t max_text = 160;
    static constexpr std::size_t max_elements = 128;
    static constexpr std::size_t max_reply =
        64 * 1024;  // a status, an ID, an error, what ROLE says, some IDs

    ReplyReader();  // throws std::bad_alloc
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    void feed(std::string_view bytes) noexcept;  // see failed()

    // The next whole reply, good until the next call; null when more bytes are needed, or failed().
    const redisReply* next() noexcept;

    // After next() returned null: the bytes are not Redis's protocol, or longer than any reply that the edge
    // can get, or there was no memory for them. Nothing more can be read.
    bool failed() const noexcept { return reader_->err != 0 || unread_ > max_reply; }

private:
    struct Text {
        redisReply reply{};
        char bytes[max_text];
    };
    struct Functions;
    void forget_elements(std::size_t count) noexcept;  // a new array has so many
    struct Free {
        void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
    };

    Text whole_;
    bool whole_is_read_ = true;
    std::size_t unread_ = 0;  // bytes since the last whole reply
    std::array<Text, max_elements> elements_;
    std::array<redisReply*, max_elements> element_pointers_;
    std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace edge::redis
