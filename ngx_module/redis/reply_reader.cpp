#include "ngx_module/redis/reply_reader.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace edge::redis {
namespace {

// An element is nil until it is read; a type that hiredis does not tell us about stays nil.
constexpr redisReply nil{.type = REDIS_REPLY_NIL};

}  // namespace

// The functions that hiredis calls for each part of a reply. They should make an object, which hiredis would
// put into the array around it; ours fill the reader's own objects, and return any address that is not null.
struct ReplyReader::Functions {
    static ReplyReader& reader_of(const redisReadTask* task) {
        return *static_cast<ReplyReader*>(task->privdata);
    }

    // Where this part of the reply is kept; null for a part that the edge never looks at.
    static Text* place_of(const redisReadTask* task) {
        auto& reader = reader_of(task);
        if (!task->parent) return &reader.whole_;
        const auto index = static_cast<std::size_t>(task->idx);
        return !task->parent->parent && index < max_elements ? &reader.elements_[index] : nullptr;
    }

    static void* create(const redisReadTask* task, int type) {
        if (Text* const text = place_of(task)) {
            text->reply = {};
            text->reply.type = type;
        }
        return &reader_of(task);
    }

    static void* create_nil(const redisReadTask* task) { return create(task, REDIS_REPLY_NIL); }

    static void* create_string(const redisReadTask* task, char* bytes, std::size_t size) {
        void* const object = create(task, task->type);
        if (Text* const text = place_of(task)) {
            const auto kept = std::min(size, max_text);
            std::memcpy(text->bytes, bytes, kept);
            text->reply.str = text->bytes;
            text->reply.len = static_cast<decltype(text->reply.len)>(kept);
        }
        return object;
    }

    static void* create_integer(const redisReadTask* task, long long) { return create(task, task->type); }

    // An int in hiredis 0.14, a size_t from 1.0 on.
    template <typename Count>
    static void* create_array(const redisReadTask* task, Count count) {
        void* const object = create(task, task->type);
        if (!task->parent && count > 0) reader_of(task).forget_elements(static_cast<std::size_t>(count));
        return object;
    }

    static void free_object(void*) {}

    static redisReplyObjectFunctions* table() {
        static redisReplyObjectFunctions functions = [] {
            redisReplyObjectFunctions all{};  // newer hiredis has more, for types that RESP2 has not
            all.createString = create_string;
            all.createArray = create_array;
            all.createInteger = create_integer;
            all.createNil = create_nil;
            all.freeObject = free_object;
            return all;
        }();
        return &functions;
    }
};

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(Functions::table())) {
    if (!reader_) throw std::bad_alloc();
    reader_->privdata = this;
    for (std::size_t i = 0; i < max_elements; ++i) element_pointers_[i] = &elements_[i].reply;
}

void ReplyReader::forget_elements(std::size_t count) noexcept {
    whole_.reply.elements = std::min(count, max_elements);
    whole_.reply.element = element_pointers_.data();
    for (std::size_t i = 0; i < whole_.reply.elements; ++i) elements_[i].reply = nil;
}

void ReplyReader::feed(std::string_view bytes) noexcept {
    unread_ += bytes.size();
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

const redisReply* ReplyReader::next() noexcept {
    if (std::exchange(whole_is_read_, false))  // a type without a function of ours leaves it nil
        whole_.reply = nil;
    void* object = nullptr;
    whole_is_read_ = redisReaderGetReply(reader_.get(), &object) == REDIS_OK && object;
    if (!whole_is_read_) return nullptr;
    unread_ = 0;
    return &whole_.reply;
}

}  // namespace edge::redis
