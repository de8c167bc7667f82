// What is done with several dead letters at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "redis/dead_letter_desk.hpp"
#include "redis/person_store.hpp"

namespace operating {

// So many bytes of bodies are removed, or shown for that, in one answer.
inline constexpr std::size_t most_discarded_bytes = 64 * 1024 * 1024;

// Those of the ids that there are, with what is missing; nothing when their bodies are more than
// `most_discarded_bytes`. Throws redis::Error.
boost::asio::awaitable<std::optional<redis::Discarded>> look_at_all(redis::DeadLetterDesk& desk,
                                                                    std::vector<std::string> ids);

// {"discarded", "missing", "items": whole and as they are}. Throws redis::Error.
boost::asio::awaitable<boost::json::object> discarded_json(redis::PersonStore& people,
                                                           redis::Discarded discarded);

}  // namespace operating
