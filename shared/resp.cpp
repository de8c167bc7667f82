#include "shared/resp.hpp"

#include <algorithm>
#include <charconv>
#include <new>

namespace shared {
namespace {

constexpr std::size_t max_logged_size = 160;
constexpr std::size_t max_elements = 1 << 20;

void append_header(std::string& out, char type, std::size_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out += type;
    out.append(digits, end);
    out += "\r\n";
}

decltype(redisReplyObjectFunctions::createArray) create_any_array = nullptr;

template <class Count>  // int in hiredis 0.14, std::size_t later
void* create_bounded_array(const redisReadTask* task, Count elements) {
    return static_cast<std::size_t>(elements) > max_elements ? nullptr : create_any_array(task, elements);
}

// hiredis makes room for every element that an array announces: a few bytes of garbage could ask for
// gigabytes.
redisReplyObjectFunctions* with_bounded_arrays(const redisReplyObjectFunctions& plain) {
    static redisReplyObjectFunctions functions = [&] {
        create_any_array = plain.createArray;
        auto bounded = plain;
        bounded.createArray = create_bounded_array;
        return bounded;
    }();
    return &functions;
}

}  // namespace

void append_array_header(std::string& out, std::size_t count) {
    append_header(out, '*', count);
}

void append_bulk_header(std::string& out, std::size_t size) {
    append_header(out, '$', size);
}

void append_bulk(std::string& out, std::string_view bytes) {
    append_bulk_header(out, bytes.size());
    out += bytes;
    out += "\r\n";
}

void append_command(std::string& out, std::span<const std::string_view> arguments) {
    append_array_header(out, arguments.size());
    for (const auto argument : arguments) append_bulk(out, argument);
}

std::string_view text(const redisReply& reply) noexcept {
    switch (reply.type) {
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
        case REDIS_REPLY_ERROR:
            return {reply.str, static_cast<std::size_t>(reply.len)};
        default:
            return {};
    }
}

std::string error_for_log(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ERROR) return "a reply of an unexpected type";
    auto line = text(reply);
    line = line.substr(0, std::min(line.find(", with args"), line.find("with args")));
    std::string printable(line.substr(0, max_logged_size));
    std::ranges::replace_if(
        printable, [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
    return printable;
}

ReplyReader::ReplyReader() : reader_(redisReaderCreate()) {
    if (!reader_) throw std::bad_alloc();
    reader_->fn = with_bounded_arrays(*reader_->fn);
}

bool ReplyReader::feed(std::string_view bytes) noexcept {
    return redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) == REDIS_OK;
}

ReplyPtr ReplyReader::next() noexcept {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) return nullptr;
    return ReplyPtr(static_cast<redisReply*>(reply));
}

}  // namespace shared
