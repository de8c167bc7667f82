// Streams that are read in pieces: a script looks at so many entries, and says at which one it stopped.
#pragma once

#include <string>

#include "shared/resp.hpp"

namespace redis {

// Lua, for the beginning of such scripts. value_of(fields, name) gives the field's text, "" when there is
// none. look(command, from, to, most, visit) calls visit with each entry of KEYS[1] until that gives true,
// and gives the id of the last one, "" when there are no more. `command`: XRANGE or XREVRANGE.
std::string stream_piece_lua();

struct Piece {
    const redisReply* found = nullptr;  // what the script gives of it; null: nothing
    std::string next;  // where the next one begins, for XRANGE and XREVRANGE; "": there is none
};

// Of {what was found, what look() gave}.
Piece piece_of(const redisReply& reply);

// Where a list that was read newest first goes on; "": with the newest. Throws std::invalid_argument for a
// text that cursor_of() never gave.
std::string after_cursor(const std::string& cursor);
// What of Piece::next whoever reads on is told; "": there is no more.
std::string cursor_of(const std::string& next);

}  // namespace redis
