#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <hiredis/hiredis.h>

namespace edge {

// hiredis's reader with replies of our own making: one object, used again for every reply, where hiredis
// would allocate two. Of a reply it keeps what the edge looks at: the type, the first max_text bytes of a
// status, an error or a string, and of an array the first element.
class FlatReplyReader {
public:
    static constexpr std::size_t max_text = 512;

    FlatReplyReader();  // throws std::bad_alloc
    FlatReplyReader(const FlatReplyReader&) = delete;
    FlatReplyReader& operator=(const FlatReplyReader&) = delete;

    void feed(std::string_view bytes) noexcept;  // see failed()

    // The next whole reply, good until the next call; null when more bytes are needed, or failed().
    const redisReply* next() noexcept;

    // The bytes were not Redis's protocol, or there was no memory for them: nothing more can be read.
    bool failed() const noexcept { return reader_->err != 0; }

private:
    struct Text {
        redisReply reply{};
        char bytes[max_text];
    };
    struct Functions;
    struct Free {
        void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
    };

    Text whole_, first_element_;
    bool whole_is_read_ = true;
    redisReply* elements_[1] = {&first_element_.reply};
    std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace edge
