// What the commands have in common that append to history.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "cli/history_progress.hpp"
#include "cli/session.hpp"
#include "upkeep/history_walk.hpp"
#include "upkeep/lock_keeper.hpp"

namespace cli {

// What a walk needs, of a command's session. `check` is called before each step and may throw.
upkeep::HistoryWorld history_world(Session& session, HistoryProgress& progress, std::function<void()> check);

// Runs `work`, and gives the lock back however that ends. Throws what `work` throws.
boost::asio::awaitable<void> under_lock(upkeep::LockKeeper& lock,
                                        std::function<boost::asio::awaitable<void>()> work);

// Until agents are done with all entries from `first` to `last`; "" when there are none.
boost::asio::awaitable<void> wait_until_drained(upkeep::HistoryWorld& world, std::string first,
                                                std::string last);

// {"events": n, "invitees": n, ...}
boost::json::object to_json(const upkeep::HistoryFigures& figures, std::uint64_t seconds);

}  // namespace cli
