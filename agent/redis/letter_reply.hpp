// Dead letters as Redis replies with them: [id, [field, value, ...]].
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "redis/dead_letter_desk.hpp"
#include "shared/resp.hpp"

namespace redis {

// Its first longest_reason characters.
std::string_view read_reason(std::string_view stored);

// A letter without a body is one, too. Nothing when it is no entry of a stream.
std::optional<StoredLetter> parse_letter(const redisReply& reply);
std::vector<StoredLetter> parse_letters(const redisReply& reply);

}  // namespace redis
