#include "e2e/harness/answer_head.hpp"

#include <charconv>
#include <stdexcept>
#include <string>

namespace harness {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n", last_chunk = "0\r\n\r\n";

[[noreturn]] void refuse(std::string_view bytes) {
    throw std::runtime_error("not one HTTP answer: " + std::string(bytes.substr(0, 200)));
}

std::size_t number_at(std::string_view text, std::size_t position) {
    std::size_t number = 0;
    const auto* const begin = text.data() + position;
    if (std::from_chars(begin, text.data() + text.size(), number).ptr == begin) refuse(text);
    return number;
}

bool is_complete(std::string_view head, std::string_view body) {
    constexpr std::string_view length = "\r\nContent-Length: ";
    if (const auto found = head.find(length); found != head.npos) {
        const auto size = number_at(head, found + length.size());
        if (body.size() > size) refuse(body);
        return body.size() == size;
    }
    if (head.find("\r\nTransfer-Encoding: chunked") == head.npos) refuse(head);
    return body == last_chunk || (body.ends_with(last_chunk) && body.ends_with("\r\n0\r\n\r\n"));
}

}  // namespace

std::optional<AnswerHead> whole_answer(std::string_view bytes) {
    constexpr std::string_view version = "HTTP/1.1 ";
    const auto end = bytes.find(end_of_head);
    if (end == bytes.npos) return std::nullopt;
    if (!bytes.starts_with(version)) refuse(bytes);
    const auto head = bytes.substr(0, end);
    if (!is_complete(head, bytes.substr(end + end_of_head.size()))) return std::nullopt;
    return AnswerHead{.status = static_cast<unsigned>(number_at(head, version.size())),
                      .closes = head.find("\r\nConnection: close") != head.npos};
}

}  // namespace harness
