#include "bench/agent/candidate.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "e2e/harness/agent_process.hpp"
#include "e2e/harness/free_port.hpp"

namespace bench {
namespace {

constexpr const char* ready = "health and metrics at";

Candidate candidate_of(const std::string& text) {
    const auto equals = text.find('=');
    const std::filesystem::path program = equals == text.npos ? text : text.substr(equals + 1);
    if (::access(program.c_str(), X_OK) != 0)
        throw std::runtime_error("--agent: " + program.string() + " cannot be run");
    return {.name = equals == text.npos ? text : text.substr(0, equals),
            .program = std::filesystem::absolute(program)};
}

harness::Sections neighbour_of(const Candidate& candidate, const StubApis& apis,
                               harness::Sections connector) {
    const bool is_parked = candidate.neighbour == Neighbour::parked;
    connector["access_token"] = "token-of-the-neighbour";
    connector["calendly"] = "{rate_limit: 500/min}";
    connector["brevo"] = fmt::format("{{api_url: \"{}\", api_key: key-of-the-neighbour, rate_limit: 10/s}}",
                                     is_parked ? apis.refusing_brevo_url() : apis.other_brevo_url());
    return connector;
}

std::string configuration(const Candidate& candidate, const StubApis& apis, const std::string& redis_url,
                          std::uint16_t admin_port) {
    const std::string trust = candidate.tls ? ", ca_file: " + apis.ca_file() : "";
    const harness::Sections common = {
        {"redis", "{url: \"" + redis_url + "\"}"},
        {"calendly", "{api_url: \"" + apis.calendly_url() + "\", rate_limit: none" + trust + "}"},
        {"brevo", "{api_url: \"" + apis.brevo_url() + "\", api_key: key, rate_limit: none" + trust + "}"},
        {"admin", fmt::format("{{listen: \"127.0.0.1:{}\"}}", admin_port)}};
    auto connector = harness::usual_connector();
    for (const auto& [name, text] : candidate.connector) connector[name] = text;
    std::map<std::string, harness::Sections> connectors{{"calendly", connector}};
    for (unsigned i = 1; i < candidate.connectors; ++i) connectors[fmt::format("idle-{}", i)] = connector;
    if (candidate.neighbour != Neighbour::none)
        connectors[neighbour_name] = neighbour_of(candidate, apis, connector);
    return harness::agent_yaml(connectors, common);
}

}  // namespace

std::vector<Candidate> candidates_of(const std::vector<std::string>& programs) {
    std::vector<Candidate> all;
    for (const auto& text : programs) {
        auto candidate = candidate_of(text);
        const bool is_known =
            std::ranges::any_of(all, [&](const auto& other) { return other.name == candidate.name; });
        if (is_known) throw std::runtime_error("--agent: two are called " + candidate.name);
        all.push_back(std::move(candidate));
    }
    if (all.empty()) all.push_back({.name = "agent", .program = harness::AgentProcess::program()});
    return all;
}

RunningAgents::RunningAgents(const harness::Folder& folder, const Candidate& candidate, const StubApis& apis,
                             Stream& stream) {
    if (candidate.neighbour == Neighbour::parked) expected_errors_.push_back(neighbour_name);
    for (unsigned i = 0; i < candidate.agents; ++i) {
        auto& process = start(folder, candidate, apis, stream.url(), i);
        ids_.push_back(process.id());
        const auto log = log_files_.back();
        harness::wait_until(
            [&] {
                require_running();
                return harness::read_file(log).find(ready) != std::string::npos;
            },
            candidate.name + " should start");
    }
    harness::wait_until([&] { return stream.has_group(); }, candidate.name + " should make the group");
}

harness::Process& RunningAgents::start(const harness::Folder& folder, const Candidate& candidate,
                                       const StubApis& apis, const std::string& redis_url, unsigned index) {
    const auto name = fmt::format("agent{}", index + 1);
    const auto yaml = folder / (name + ".yaml");
    harness::write_file(yaml, configuration(candidate, apis, redis_url, harness::free_port()));
    log_files_.push_back(folder / (name + ".log"));
    std::filesystem::remove(log_files_.back());
    return processes_.emplace_back(
        std::vector<std::string>{"taskset", "--cpu-list", "0", candidate.program, "agent", "--config", yaml},
        log_files_.back());
}

std::string RunningAgents::logs() const {
    std::string all;
    for (const auto& file : log_files_) all += harness::read_file(file);
    return all;
}

void RunningAgents::require_running() {
    for (auto& process : processes_)
        if (!process.running()) throw std::runtime_error("an agent ended: " + logs());
}

void RunningAgents::freeze() {
    for (const auto& process : processes_) process.signal(SIGSTOP);
}

void RunningAgents::thaw() {
    for (const auto& process : processes_) process.signal(SIGCONT);
}

Cost RunningAgents::cost() const {
    Cost sum;
    for (const auto id : ids_) sum += cost_of(id);
    return sum;
}

void RunningAgents::stop() {
    for (auto& process : processes_)
        if (process.stop(SIGTERM, std::chrono::seconds(60)) != 0)
            throw std::runtime_error("an agent did not end well: " + logs());
    const auto errors = harness::unexpected_errors(logs(), expected_errors_);
    if (!errors.empty()) throw std::runtime_error("an agent complained: " + errors.front());
}

}  // namespace bench
