// Where an interrupted back-fill goes on, as it is kept in Redis.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "upkeep/history_walk.hpp"

namespace cli {

struct BackfillCursor {
    std::string options;  // with which it was begun
    upkeep::WalkPosition position;
    upkeep::HistoryFigures figures;
    std::uint64_t seconds = 0;
    std::string first_id, last_id;  // of what it appended; "" when there is nothing
};

std::string to_text(const BackfillCursor& cursor);
std::optional<BackfillCursor> parse_backfill_cursor(const std::string& text);  // nothing of what is none

}  // namespace cli
