// The whole path for one story: plays it, lets deliveries go, spoils calls, kills agents; and remembers what
// it did.
#pragma once

#include "e2e/convergence/model.hpp"
#include "e2e/harness/random.hpp"
#include "e2e/harness/system.hpp"
#include "e2e/harness/tcp_gate.hpp"

namespace convergence {

using harness::Random;

// A delivery that Calendly has signed and may send. A reschedule has two. Or it never comes, and somebody
// appends what it would have told to the stream of history.
struct Delivery {
    std::int64_t id = 0;
    std::size_t change = 0;
    bool is_old_half = false;
    bool is_lost = false;        // never sent
    bool is_reconciled = false;  // not sent, but told by history
};

// Deliveries that were let go together.
struct Batch {
    std::vector<Delivery> deliveries;  // in the order in which they were sent
    std::size_t changes = 0;           // of the story had happened
    bool is_settled = false;           // all of it was worked on before anything else happened
};

struct WorldSettings {
    ContactRules rules;
    std::size_t deliveries_at_once = 1;
    bool redis_may_restart = false;
};

class World {
public:
    World(const Story& story, const WorldSettings& settings);

    // Makes the next changes of the story happen; gives their deliveries.
    std::vector<Delivery> play(std::size_t changes);
    std::size_t played() const { return played_; }

    // Sends them in this order, or tells them by history; they can be sent again.
    void send(std::vector<Delivery> deliveries);
    // Waits until every entry is worked on: what was sent is known from now on.
    void settle(harness::Duration deadline);
    const std::vector<Batch>& batches() const { return batches_; }

    void start_agent() { running_.push_back(&system_.start_agent()); }
    // SIGKILL, after so many more calls of either API if they come within a moment; and another one starts.
    void kill_agent(std::size_t which, std::uint64_t after_calls);
    const std::vector<Moment>& kills() const { return kills_; }

    // SIGKILL, and started again with what it had stored.
    void restart_redis();
    std::size_t redis_restarts() const { return redis_restarts_; }

    // A few calls are refused, cut off, slow or answered by a gateway; some of Brevo's answers come twice.
    void spoil_calls(Random& random, std::size_t faults);
    void clear_faults();
    // From now on so many of a hundred deliveries have fields that nobody expects.
    void spoil_deliveries(Random& random, std::size_t percent);

    harness::System& system() { return system_; }
    std::size_t deliveries_sent() const { return deliveries_sent_; }
    std::size_t entries_reconciled() const { return entries_reconciled_; }
    void stop_agents();  // with SIGTERM; throws when one does not leave well

private:
    void tell_by_history(const std::vector<Delivery>& deliveries);

    const Story& story_;
    harness::System system_;
    harness::TcpGate brevo_gate_;  // between the agents and Brevo
    std::vector<harness::AgentProcess*> running_;
    std::vector<Batch> batches_;
    std::vector<Moment> kills_;
    std::size_t played_ = 0;
    std::size_t deliveries_sent_ = 0;
    std::size_t entries_reconciled_ = 0;
    std::map<std::int64_t, std::string> bodies_;  // of the deliveries that Calendly has signed, by id
    std::size_t redis_restarts_ = 0;
    std::size_t odd_percent_ = 0;
    std::uint64_t odd_seed_ = 0;
};

}  // namespace convergence
