// The agent's steps between reading an entry and deleting it, and agents that are killed at one of them.
#pragma once

#include <algorithm>
#include <array>
#include <memory>

#include "e2e/harness/tcp_gate.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {

enum class Server { redis, calendly, brevo };

// What the agent asks somebody for, and what no request of an earlier step to the same server contains.
struct Step {
    std::string_view name;
    Server server;
    const char* request;
};

// In the agent's order.
inline constexpr std::array steps = {
    Step{"read", Server::redis, "\r\nBLOCK\r\n"},
    Step{"lease", Server::redis, "calendly:{calendly}:person:"},
    Step{"event_type", Server::calendly, "GET /event_types/"},
    Step{"scheduled_event", Server::calendly, "GET /scheduled_events/"},
    Step{"record", Server::redis, R"({"lists":[)"},
    Step{"contact", Server::brevo, R"("BOOKING_STATUS")"},
    Step{"leave", Server::brevo, R"("unlinkListIds")"},  // only who is on another list
    Step{"event", Server::brevo, "POST /v3/events"},
    Step{"commit", Server::redis, R"("bookings":{)"},
};

// Before a step, its request is lost; after it, the answer.
struct CrashPoint {
    std::size_t step;
    bool is_after;

    std::string name() const { return std::string(steps.at(step).name) + (is_after ? "_after" : "_before"); }
    std::size_t steps_done() const { return step + (is_after ? 1 : 0); }
    // Who leaves no list goes without that step.
    std::size_t steps_done_by(bool leaves) const {
        const bool is_left_out = !leaves && is_done("leave");
        return steps_done() - (is_left_out ? 1 : 0);
    }
    bool is_done(std::string_view name) const {
        return std::any_of(steps.begin(), steps.begin() + steps_done(),
                           [&](const auto& done) { return done.name == name; });
    }
};

inline void PrintTo(const CrashPoint& point, std::ostream* out) {
    *out << point.name();
}

inline std::vector<CrashPoint> every_crash_point() {
    std::vector<CrashPoint> points;
    for (std::size_t step = 0; step < steps.size(); ++step)
        for (const bool is_after : {false, true}) points.push_back({step, is_after});
    return points;
}

inline constexpr harness::Duration take_over_deadline{32'000};  // 30 s, and what the machine needs besides

class CrashTest : public PathTest {
protected:
    // An agent works on what is new, the person's entry alone, and is killed.
    void crash(const CrashPoint& point, const std::string& person, bool leaves) {
        const Before before{system_->backlog(), system_->pending(), sandbox().journal_end()};
        kill_agent_at(steps.at(point.step), point.is_after);
        EXPECT_EQ(steps_done(person, before, leaves), point.steps_done_by(leaves)) << person;
    }

    // Its scripts must be in Redis already.
    void kill_agent_at(const Step& step, bool is_after) {
        const auto gate = gate_before(step.server);
        gate->lose(is_after ? harness::TcpGate::Loss::answers : harness::TcpGate::Loss::requests,
                   step.request);
        const auto usual = system_->options();
        lead_to(step.server, "127.0.0.1:" + std::to_string(gate->port()));
        system_->start_agent();
        system_->options() = usual;
        harness::wait_until([&] { return gate->has_lost(); }, "the agent should come so far");
        agent().kill();
    }

    void take_over() {
        system_->start_agent();
        harness::wait_until([&] { return system_->backlog() == 0; }, "another agent should take over",
                            take_over_deadline);
        EXPECT_EQ(system_->pending(), 0);
        EXPECT_EQ(system_->dead(), 0);
    }

    bool is_leased(const std::string& person) {
        return system_->redis().client().integer({"EXISTS", "calendly:{calendly}:lease:" + person}) == 1;
    }
    bool has_progress(const std::string& person) {
        const auto key = "calendly:{calendly}:person:" + person;
        return system_->redis().client().integer({"HEXISTS", key, "progress"}) == 1;
    }

private:
    // How the world was when the agent started.
    struct Before {
        std::int64_t backlog, pending;
        std::uint64_t journal_end;
    };

    std::unique_ptr<harness::TcpGate> gate_before(Server server) {
        using harness::TcpGate;
        if (server == Server::redis) return std::make_unique<TcpGate>(system_->redis().socket_path());
        const auto& url = server == Server::calendly ? sandbox().calendly_url() : sandbox().brevo_url();
        return std::make_unique<TcpGate>(harness::port_of(url));
    }

    void lead_to(Server server, const std::string& address) {
        auto& options = system_->options();
        auto& connector = options.connectors.at("calendly");
        if (server == Server::redis) options.common["redis"] = R"({url: "redis://)" + address + R"("})";
        if (server == Server::calendly) connector["calendly"] = R"({api_url: "http://)" + address + R"("})";
        if (server == Server::brevo) connector["brevo"] = R"({api_url: "http://)" + address + R"(/v3"})";
    }

    // What the others know of it says how far the agent came.
    std::size_t steps_done(const std::string& person, const Before& before, bool leaves) {
        if (system_->backlog() < before.backlog) return steps.size() - (leaves ? 0 : 1);
        const bool done[] = {
            system_->pending() > before.pending,
            is_leased(person),
            has_asked("calendly", "GET /scheduled_events", before),
            has_asked("calendly", "GET /event_types", before),
            has_progress(person),
            has_asked("brevo", "POST /contacts", before) || has_asked("brevo", "PUT /contacts", before),
            asked_to_leave(before),
            has_asked("brevo", "POST /events", before)};
        return static_cast<std::size_t>(std::ranges::count(done, true));
    }

    bool asked_to_leave(const Before& before) {
        return std::ranges::any_of(sandbox().journal("brevo", before.journal_end), [](const auto& call) {
            return text_at(call, "/body/unlinkListIds") != "(none)";
        });
    }

    bool has_asked(const std::string& api, const std::string& call, const Before& before) {
        return std::ranges::any_of(sandbox().calls(api, before.journal_end),
                                   [&](const auto& made) { return made.starts_with(call); });
    }
};

}  // namespace e2e
