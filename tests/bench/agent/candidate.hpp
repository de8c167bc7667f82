#pragma once

#include <filesystem>
#include <list>
#include <string>
#include <vector>

#include "bench/agent/stub_apis.hpp"
#include "bench/common/cost.hpp"
#include "bench/common/stream.hpp"
#include "e2e/harness/connector_yaml.hpp"
#include "e2e/harness/folder.hpp"
#include "e2e/harness/process.hpp"

namespace bench {

// One more connector of the agent, with accounts of its own and the APIs' usual limits.
enum class Neighbour {
    none,
    parked,   // its key of Brevo is refused
    flooded,  // it has more bookings than its limits let it work off meanwhile
};

inline constexpr const char* neighbour_name = "neighbour";

// What is measured: an agent's program, and how it is run.
struct Candidate {
    std::string name;
    std::filesystem::path program;
    bool tls = true;                   // to both APIs
    unsigned agents = 1;               // on one core
    unsigned connectors = 1;           // "calendly", whose bookings are counted, and others that have none
    harness::Sections connector = {};  // more in its configuration
    Neighbour neighbour = Neighbour::none;
    bool is_told_by_history = false;  // its bookings come in the stream of history
};

// The programs given as [NAME=]PATH; the build's own when there are none. Throws std::runtime_error for what
// cannot be run, and for a name that stands twice.
std::vector<Candidate> candidates_of(const std::vector<std::string>& programs);

// The candidate at work, on core 0: its agents have joined the group, and they read.
class RunningAgents {
public:
    RunningAgents(const harness::Folder& folder, const Candidate& candidate, const StubApis& apis,
                  Stream& stream);

    void freeze();  // they work off nothing until thaw()
    void thaw();
    Cost cost() const;  // of all together
    const std::vector<pid_t>& processes() const { return ids_; }

    // Throws when an agent has ended.
    void require_running();

    // SIGTERM. Throws std::runtime_error when one of them complained or did not end as it should.
    void stop();

private:
    harness::Process& start(const harness::Folder& folder, const Candidate& candidate, const StubApis& apis,
                            const std::string& redis_url, unsigned index);
    std::string logs() const;

    std::list<harness::Process> processes_;
    std::vector<pid_t> ids_;
    std::vector<std::filesystem::path> log_files_;
    std::vector<std::string> expected_errors_;  // parts of their lines
};

}  // namespace bench
