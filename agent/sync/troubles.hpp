// What keeps work from being done and is no entry's fault: trouble of the machine (memory, descriptors, time
// zones, a mistake in this program), a key in Redis that holds what no agent wrote there, or a right in Redis
// that the agent's user lacks. It is repeated,
// said and counted, and ends in a dead letter never: see entry_fault.hpp for what does.
// The record of those that a connector's work meets at present: what health, metrics and the log go by.
#pragma once

#include <chrono>
#include <compare>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/logger.h>

#include "net/limited_log.hpp"
#include "shared/back_off.hpp"
#include "sync/counters.hpp"

namespace syncing {

struct Trouble {
    TroubleKind kind = TroubleKind::machine;
    std::string cause;  // one line in the cause's own words, without personal data

    auto operator<=>(const Trouble&) const = default;
};

Trouble trouble_of(const std::exception& error);

struct TroubleReport;  // sync/connector_status.hpp

class Troubles {
    struct Met {
        Trouble trouble;
        std::chrono::system_clock::time_point since;
        std::chrono::steady_clock::time_point until;
    };

public:
    Troubles(shared::BackOff back_off, Counters& counters, std::shared_ptr<spdlog::logger> log);

    // A piece of work that is done again and again: a lane, the reader.
    class Work {
    public:
        explicit Work(Troubles& all) : all_(all), list_(all.met_) {}
        Work(const Work&) = delete;
        Work& operator=(const Work&) = delete;
        ~Work() { is_well(); }

        // Gives how long to wait before the next attempt.
        std::chrono::milliseconds meets(const std::exception& error);
        // The trouble is over, whether or not there was any.
        void is_well() noexcept;
        // Attempts in a row that met trouble.
        unsigned failures() const noexcept { return failures_; }
        TroubleKind kind() const noexcept { return kind_; }  // of the last one

    private:
        Troubles& all_;
        std::shared_ptr<std::list<Met>> list_;  // a piece of work may end after the record
        std::optional<std::list<Met>::iterator> met_;
        unsigned failures_ = 0;
        TroubleKind kind_ = TroubleKind::machine;
    };

    // Of work that is not repeated here: somebody takes it up again within a minute. `next`: what happens.
    void note(const std::exception& error, std::string_view next);

    // The troubles of now, the longest first; of many the first ones.
    std::vector<TroubleReport> reports() const;

private:
    void say(const Trouble& trouble, const std::string& next);

    shared::BackOff back_off_;
    Counters& counters_;
    net::LimitedLog limited_log_;
    std::shared_ptr<std::list<Met>> met_ = std::make_shared<std::list<Met>>();
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace syncing
