#include "e2e/convergence/world.hpp"

#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "e2e/harness/api_troubles.hpp"

namespace convergence {
namespace {

harness::SystemOptions path_options(const WorldSettings& settings) {
    harness::SystemOptions options;
    options.connectors = {{"calendly", connector_sections(settings.rules)}};
    options.sandbox = {"--deliveries-at-once", std::to_string(settings.deliveries_at_once), "--journal",
                       "1000000"};
    options.redis.keep = settings.redis_may_restart;
    return options;
}

Moment now() {
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

void furnish(const harness::SandboxProcess& sandbox) {
    const std::set<std::string> there = {"FIRSTNAME",    "LASTNAME",      "SMS",
                                         "COMPANY",      "JOB_TITLE",     "CALENDLY_EVENT_TYPE",
                                         "MEETING_DATE", "BOOKING_STATUS"};
    for (const auto& [name, type] : mapped_attributes())
        if (!there.contains(name)) sandbox.post("/brevo/attributes", {{"name", name}, {"type", type}});
    sandbox.post("/event_types", {{"id", "UNMAPPEDTALK0004"}, {"name", "Talk"}});
}

// The two deliveries of a reschedule: the sandbox names the new half's first.
std::vector<Delivery> deliveries_of(const Change& change, std::size_t index, const json::array& ids) {
    const auto id = [&](std::size_t i) { return ids.at(i).to_number<std::int64_t>(); };
    if (change.what != Happening::moved) return {{id(0), index}};
    const Delivery new_half{id(0), index, false, change.lost == LostHalf::new_half};
    const Delivery old_half{id(1), index, true, change.lost == LostHalf::old_half};
    if (change.new_half_first) return {new_half, old_half};
    return {old_half, new_half};
}

// CONVERGENCE_WITHOUT="gateway odd surplus": to find out which of them it is that something does not stand.
bool is_left_out(std::string_view disturbance) {
    const char* left_out = std::getenv("CONVERGENCE_WITHOUT");
    return left_out && std::string_view(left_out).find(disturbance) != std::string_view::npos;
}

}  // namespace

World::World(const Story& story, const WorldSettings& settings)
    : story_(story),
      system_(path_options(settings)),
      brevo_gate_(harness::port_of(system_.sandbox().brevo_url())) {
    const auto url = "http://127.0.0.1:" + std::to_string(brevo_gate_.port()) + "/v3";
    system_.options().common["brevo"] =
        "{api_url: \"" + url + "\", api_key: " + harness::SandboxProcess::api_key + ", rate_limit: none}";
    furnish(system_.sandbox());
    system_.sandbox().hold();
}

std::vector<Delivery> World::play(std::size_t changes) {
    json::array actions;
    for (std::size_t i = 0; i < changes; ++i)
        actions.push_back(to_action(story_, story_.changes.at(played_ + i)));
    const auto answer = system_.sandbox().post("/play", {{"actions", std::move(actions)}});
    std::vector<Delivery> deliveries;
    for (const auto& ids : answer.at("played").as_array()) {
        const auto made = deliveries_of(story_.changes[played_], played_, ids.as_array());
        deliveries.insert(deliveries.end(), made.begin(), made.end());
        ++played_;
    }
    return deliveries;
}

void World::send(std::vector<Delivery> deliveries) {
    json::array ids;
    for (const auto& delivery : deliveries)
        if (!delivery.is_reconciled) ids.push_back(delivery.id);
    deliveries_sent_ += ids.size();
    tell_by_history(deliveries);
    system_.sandbox().post("/release", {{"ids", std::move(ids)},
                                        {"keep", true},
                                        {"odd", odd_percent_},
                                        {"seed", ++odd_seed_ % 1'000'000'007}});
    batches_.push_back({std::move(deliveries), played_, false});
}

void World::tell_by_history(const std::vector<Delivery>& deliveries) {
    for (const auto& delivery : deliveries) {
        if (!delivery.is_reconciled) continue;
        if (!bodies_.contains(delivery.id)) bodies_.merge(system_.sandbox().held_bodies());
        system_.append_history(bodies_.at(delivery.id), shared::entry_origin::reconcile);
        ++entries_reconciled_;
    }
}

void World::settle(harness::Duration deadline) {
    harness::wait_until([&] { return !system_.sandbox().has_pending_deliveries(); },
                        "the deliveries should be accepted", deadline);
    harness::wait_until([&] { return system_.backlog() == 0; }, "the agents should be done with every entry",
                        deadline);
    for (auto& batch : batches_)
        if (!batch.is_settled && batch.changes == played_) batch.is_settled = true;
}

void World::kill_agent(std::size_t which, std::uint64_t after_calls) {
    constexpr harness::Duration moment{1500};
    const auto end = system_.sandbox().journal_end() + after_calls;
    const auto patience = std::chrono::steady_clock::now() + moment;
    while (system_.sandbox().journal_end() < end && std::chrono::steady_clock::now() < patience) {
    }
    running_.at(which)->kill();
    kills_.push_back(now());
    running_[which] = &system_.start_agent();
}

void World::restart_redis() {
    system_.redis().kill();
    system_.redis().start();
    ++redis_restarts_;
}

void World::spoil_calls(Random& random, std::size_t faults) {
    for (std::size_t i = 0; i < faults; ++i) {
        const bool is_brevo = random.chance(60);
        const bool is_page = random.chance(25) && !is_left_out("gateway");
        auto trouble = is_page ? harness::gateway_page(random) : harness::api_trouble(random, is_brevo);
        const auto times = static_cast<int>(random.between(1, 3));
        const auto skip = static_cast<int>(random.between(0, 40));
        system_.sandbox().fault(is_brevo ? "brevo" : "calendly", {}, std::move(trouble), times, skip);
    }
    if (random.chance(40) && !is_left_out("surplus"))
        brevo_gate_.repeat_answers("HTTP/1.1 204", static_cast<unsigned>(random.between(1, 3)));
    if (random.chance(50))
        system_.sandbox().fault("webhooks", {}, {{"cut", "after"}}, 2,
                                static_cast<int>(random.between(0, 40)));
}

void World::clear_faults() {
    system_.sandbox().clear_faults();
    brevo_gate_.repeat_answers("", 0);
}

void World::spoil_deliveries(Random& random, std::size_t percent) {
    odd_seed_ = random.next();
    odd_percent_ = is_left_out("odd") ? 0 : percent;
}

void World::stop_agents() {
    for (auto* agent : running_)
        if (const auto code = agent->stop(); code != 0)
            throw std::runtime_error("an agent left with " + std::to_string(code) + " after SIGTERM");
}

}  // namespace convergence
