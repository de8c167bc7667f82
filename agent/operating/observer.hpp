// Since when things are as they are, and what happened in each of the last 60 minutes: what one look at a
// connector does not tell. Whoever looks brings what there is to see and the time. No I/O, no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "operating/verdict.hpp"
#include "sync/connector_status.hpp"

namespace operating {

using SystemTime = std::chrono::system_clock::time_point;

struct Minute {
    SystemTime begins;
    std::uint64_t received = 0;
    std::uint64_t synced = 0;
    std::uint64_t dead = 0;
    std::int64_t worst_age_ms = -1;  // from delivery to commit; -1: none was committed
    std::uint64_t calendly_calls = 0;
    std::uint64_t brevo_calls = 0;
};

// A connector as it was at the last look.
struct Observed {
    syncing::ConnectorStatus status;
    Problems problems;  // with `since` wherever it is known
    Verdict verdict = Verdict::healthy;
    SystemTime since;  // of this verdict
    std::vector<Dependency> dependencies;
    std::vector<SystemTime> dependencies_since;  // of their states
    std::vector<Minute> minutes;                 // the last 60, the oldest first, this one last
};

class Observer {
public:
    static constexpr std::size_t kept_minutes = 60;

    // `began`: nothing is known of the time before.
    explicit Observer(SystemTime began) : began_(began) {}

    // Connectors that are not among these any more are forgotten.
    void look(std::vector<syncing::ConnectorStatus> connectors, SystemTime now);

    // In the order of the last look.
    const std::vector<Observed>& connectors() const noexcept { return observed_; }
    Verdict verdict() const noexcept { return verdict_; }  // the worst
    SystemTime since() const noexcept { return since_; }   // of this verdict

private:
    struct State {
        std::string value;
        SystemTime since;
    };
    struct Totals {
        std::uint64_t received = 0, synced = 0, dead = 0, calendly_calls = 0, brevo_calls = 0;
    };
    struct Record {
        std::map<std::string, State, std::less<>> states;
        Totals totals;
        std::vector<Minute> minutes;
    };

    Observed observe(syncing::ConnectorStatus status, Record& record, SystemTime now) const;
    SystemTime note(Record& record, const std::string& topic, const std::string& value, SystemTime now) const;
    void date_problems(Problems& problems, Record& record, SystemTime now) const;
    static void count(const syncing::ConnectorStatus& status, Record& record, SystemTime now);
    static Totals totals_of(const syncing::ConnectorStatus& status);

    SystemTime began_;
    std::map<std::string, Record, std::less<>> records_;  // by connector
    std::vector<Observed> observed_;
    Verdict verdict_ = Verdict::healthy;
    SystemTime since_{};
};

}  // namespace operating
