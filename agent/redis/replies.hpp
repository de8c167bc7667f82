// What replies say.
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "shared/resp.hpp"

namespace redis {

// Of the digits at the beginning; 0 when there are none.
template <typename Number>
Number number_in(std::string_view text) {
    Number number{};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Of a list; none when it is no list.
inline std::vector<std::string> texts_in(const redisReply& reply) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i < reply.elements; ++i)
        texts.emplace_back(shared::text(*reply.element[i]));
    return texts;
}

}  // namespace redis
