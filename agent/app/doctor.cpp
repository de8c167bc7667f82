#include "app/doctor.hpp"

#include <algorithm>
#include <exception>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "net/deadline.hpp"
#include "net/interruption.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using rules::Finding;
using rules::Findings;

// A little less than what a check may take, so that all of it stays below.
constexpr std::chrono::milliseconds patience = 4800ms;
constexpr auto own_fault = "tell the makers of calendly-brevo, with this line";

}  // namespace

// An area, and how long it took. `first` is what stands for all of it when it gives no findings.
struct Area {
    std::string name;
    std::string first;
    asio::awaitable<void> (*examine)(Patient, Findings&);
    bool tells_time = false;
};

namespace {

constexpr auto no_answer = "no answer within 5 s";
constexpr auto try_again = "try again; if it lasts, look at the network between here and there";

// The ids that are selected and that nothing was found of.
std::vector<std::string> unanswered(const Findings& findings, const rules::Selection& selection) {
    std::vector<std::string> ids;
    for (const std::string id : rules::all_finding_ids)
        if (selection.has(id) && std::ranges::count(findings, id, &Finding::id) == 0) ids.push_back(id);
    return ids;
}

// What was found in time stays. Of the rest nobody knows; when that is all, nothing works.
void add_silence(const Area& area, const rules::Selection& selection, Findings& findings) {
    if (findings.empty()) {
        findings.push_back(rules::failure(
            area.first, no_answer, "whoever is asked, or the way there, is slow or silent", try_again));
        return;
    }
    for (const auto& id : unanswered(findings, selection))
        if (rules::area_of(id) == area.name) findings.push_back(rules::unknown(id, no_answer, try_again));
}

}  // namespace

static asio::awaitable<std::exception_ptr> examine_safely(Area area, Patient patient, Findings& findings) {
    std::exception_ptr interruption;
    try {
        co_await area.examine(patient, findings);
    } catch (const net::Interrupted&) {
        interruption = std::current_exception();
    } catch (const std::exception& error) {
        findings.push_back(rules::failure(area.first, "could not be looked at", error.what(), own_fault));
    }
    co_return interruption;
}

// What the end of the time itself brings about is no finding.
static asio::awaitable<void> note_those_in_time(const Findings& findings, std::size_t& in_time) {
    asio::steady_timer limit(co_await asio::this_coro::executor, patience);
    const auto [error] = co_await limit.async_wait(net::as_result);
    if (!error) in_time = findings.size();
}

static asio::awaitable<Findings> examine_in_time(Area area, Patient patient, rules::Selection selection) {
    using namespace asio::experimental::awaitable_operators;
    Findings findings;
    const bool is_wanted = selection.has_area(area.name) || (area.tells_time && selection.has("clock.skew"));
    if (!is_wanted) co_return findings;
    const auto began = std::chrono::steady_clock::now();
    std::size_t in_time = 0;
    auto work = examine_safely(area, patient, findings);
    auto limit = note_those_in_time(findings, in_time);
    const auto outcome = co_await (std::move(work) || std::move(limit));
    if (outcome.index() == 0 && std::get<0>(outcome)) std::rethrow_exception(std::get<0>(outcome));
    if (outcome.index() == 1) {
        findings.resize(in_time);
        add_silence(area, selection, findings);
    }
    const auto took = std::chrono::steady_clock::now() - began;
    for (auto& finding : findings)
        if (finding.took == 0ms) finding.took = std::chrono::ceil<std::chrono::milliseconds>(took);
    co_return findings;
}

namespace {

void append(Findings from, Findings& to) {
    std::ranges::move(from, std::back_inserter(to));
}

// Both APIs have an opinion on the time: the worse one counts.
void keep_one_clock(Findings& findings) {
    Finding worst;
    for (const auto& finding : findings)
        if (finding.id == "clock.skew" && (worst.id.empty() || finding.status > worst.status))
            worst = finding;
    std::erase_if(findings, [](const auto& finding) { return finding.id == "clock.skew"; });
    if (worst.id.empty())
        worst = rules::unknown("clock.skew", "neither API could be asked for its time",
                               "see calendly.token and brevo.key");
    findings.push_back(std::move(worst));
}

// Null when all of the area that was looked at is well.
const Finding* worst_of(std::string_view area, const Findings& findings) {
    const Finding* worst = nullptr;
    for (const auto& finding : findings)
        if (rules::area_of(finding.id) == area && finding.status != rules::FindingStatus::ok &&
            (!worst || finding.status > worst->status))
            worst = &finding;
    return worst;
}

// What is not found out for another reason, which stands in the area's findings, is said to be unknown.
void add_unknown(Findings& findings, const rules::Selection& selection) {
    for (const auto& id : unanswered(findings, selection)) {
        const auto* cause = worst_of(rules::area_of(id), findings);
        const auto why = cause ? fmt::format("{}: {}", cause->id, cause->summary)
                               : std::string("another check did not get so far");
        findings.push_back(rules::unknown(id, why, "mend that first"));
    }
}

}  // namespace

asio::awaitable<Findings> diagnose(Patient patient, rules::Selection selection) {
    using namespace asio::experimental::awaitable_operators;
    const Area redis_area{"redis", "redis.reachable", examine_redis};
    const Area agent_area{"agent", "agent.running", examine_agent};
    const Area edge_area{"edge", "edge.reachable", examine_edge};
    const Area calendly_area{"calendly", "calendly.token", examine_calendly, true};
    const Area brevo_area{"brevo", "brevo.key", examine_brevo, true};
    auto redis_work = examine_in_time(redis_area, patient, selection);
    auto agent_work = examine_in_time(agent_area, patient, selection);
    auto edge_work = examine_in_time(edge_area, patient, selection);
    auto calendly_work = examine_in_time(calendly_area, patient, selection);
    auto brevo_work = examine_in_time(brevo_area, patient, selection);
    auto [redis, agent, edge, calendly, brevo] =
        co_await (std::move(redis_work) && std::move(agent_work) && std::move(edge_work) &&
                  std::move(calendly_work) && std::move(brevo_work));
    auto findings = examine_config(patient);
    append(std::move(redis), findings);
    append(std::move(agent), findings);
    append(std::move(edge), findings);
    append(std::move(calendly), findings);
    append(std::move(brevo), findings);
    keep_one_clock(findings);
    add_unknown(findings, selection);
    co_return rules::sorted(std::move(findings), selection);
}

Findings examine_config(const Patient& patient) {
    Findings findings{rules::well("config.file", patient.config_path)};
    const auto& warnings = patient.configuration.warnings;
    if (warnings.empty())
        findings.push_back(rules::well("config.secrets", "nobody else can read or change them"));
    else
        findings.push_back(rules::warning("config.secrets", "others can read or change them",
                                          fmt::format("{}", fmt::join(warnings, "; ")),
                                          "do what the line says, then calendly-brevo check"));
    return findings;
}

}  // namespace app
