// Dead letters as people look at them: with what their bodies tell.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "redis/dead_letter_desk.hpp"
#include "redis/person_store.hpp"

namespace operating {

struct SeenLetter {
    redis::StoredLetter letter;
    std::string person;          // e-mail; "": the body does not tell
    std::string event;           // as Calendly names it; "" likewise
    bool is_superseded = false;  // the same change, or a later one of its booking, was synced meanwhile
};

// Throws redis::Error.
boost::asio::awaitable<std::vector<SeenLetter>> look_at(redis::PersonStore& people,
                                                        std::vector<redis::StoredLetter> letters);

// "400", "none". Throws std::invalid_argument for anything else.
unsigned parse_letter_status(std::string_view text);

}  // namespace operating
