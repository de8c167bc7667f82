// A connector as operators act on it: what commands do with services of their own, the agent does with its.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "redis/backlog.hpp"
#include "redis/dead_letter_desk.hpp"
#include "redis/pause_switch.hpp"
#include "redis/person_store.hpp"
#include "redis/timeline.hpp"

namespace operating {

struct Repaired {
    std::string state;                 // of the subscription, afterwards
    std::vector<std::string> changes;  // what was done, in order, a sentence each
};

// Calendly refused, or nothing can be made right. One line: what, and what to do.
struct RepairRefused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Somebody does it now.
struct UnderWay : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct OperatedConnector {
    std::string name;
    redis::Timeline& timeline;
    redis::DeadLetterDesk& dead_letters;
    redis::PersonStore& people;
    redis::PauseSwitch& pause_switch;
    redis::BacklogGauge& backlog;
    // Throws RepairRefused, UnderWay, redis::Error, net::Interrupted.
    std::function<boost::asio::awaitable<Repaired>()> repair;
    // Begins soon after. Throws UnderWay, redis::Error.
    std::function<boost::asio::awaitable<void>()> reconcile;
};

// Whoever has it may use it, even when the configuration is read anew meanwhile: then it ends with errors of
// Redis.
using OperatedPtr = std::shared_ptr<const OperatedConnector>;

}  // namespace operating
