#include "e2e/convergence/run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "e2e/convergence/diagnosis.hpp"
#include "e2e/convergence/generator.hpp"
#include "e2e/convergence/verdict.hpp"

namespace convergence {
namespace {

// Leases and entries of a killed agent wait for up to half a minute.
constexpr harness::Duration settling_deadline{100'000};

constexpr StorySize size_of(Weather weather) {
    if (weather == Weather::ordered) return {60, 500};
    if (weather == Weather::stormy) return {150, 1400};
    return {80, 900};
}

class Run {
public:
    Run(const Story& story, Weather weather)
        : story_(story),
          weather_(weather),
          random_(story.seed ^ 0x5bd1e995),
          rules_{random_.chance(70)},
          world_(story, {rules_, weather == Weather::ordered ? std::size_t{1} : std::size_t{4},
                         weather == Weather::stormy}) {}

    Outcome run() {
        if (weather_ != Weather::calm) world_.spoil_deliveries(random_, 15);
        world_.start_agent();
        if (weather_ == Weather::windy || weather_ == Weather::stormy) world_.start_agent();
        if (weather_ == Weather::ordered) {
            play_in_order();
        } else {
            play_shuffled();
        }
        if (failure_.empty()) conclude();
        return {story_.seed, world_.deliveries_sent(), world_.entries_reconciled(),
                events_,     world_.kills().size(),    world_.redis_restarts(),
                failure_};
    }

private:
    // As many changes as concern different people.
    std::size_t next_round() const {
        std::set<std::string> met;
        std::size_t count = 0;
        for (auto i = world_.played(); i < story_.changes.size(); ++i, ++count) {
            const auto& change = story_.changes[i];
            std::set<std::string> people = {person_of(story_.bookings[change.booking].details.email)};
            if (change.what == Happening::moved)
                people.insert(person_of(story_.bookings[change.next].details.email));
            for (const auto& person : people)
                if (!met.insert(person).second) return count;
        }
        return count;
    }

    void play_in_order() {
        std::vector<Delivery> sent;
        while (world_.played() < story_.changes.size()) {
            if (random_.chance(20)) world_.spoil_calls(random_, 2);
            auto deliveries = world_.play(next_round());
            std::erase_if(deliveries, [](const Delivery& delivery) { return delivery.is_lost; });
            sent.insert(sent.end(), deliveries.begin(), deliveries.end());
            const auto repeats = random_.below(6);
            for (std::size_t i = 0; i < repeats; ++i) deliveries.push_back(random_.pick(sent));
            world_.send(std::move(deliveries));
            world_.settle(settling_deadline);
        }
    }

    void play_shuffled() {
        while (world_.played() < story_.changes.size() && failure_.empty()) {
            const auto left = story_.changes.size() - world_.played();
            auto made = world_.play(std::min(left, random_.below(80) + 1));
            std::erase_if(made, [](const Delivery& delivery) { return delivery.is_lost; });
            add_to_waiting(made);
            if (weather_ != Weather::calm) world_.spoil_calls(random_, random_.below(6));
            send_some(random_.chance(20));
            if (weather_ == Weather::stormy) strike();
            if (settles()) settle_and_look();
        }
    }

    // Some webhooks never come. What they would have told is found later, and some of it comes all the same.
    // A half that is lost is nothing for history: whoever learns of the other one learns of it, too.
    void add_to_waiting(const std::vector<Delivery>& made) {
        for (const auto& delivery : made) {
            const bool is_whole = story_.changes[delivery.change].lost == LostHalf::none;
            const bool is_reconciled = is_whole && random_.chance(30);
            if (!is_reconciled || random_.chance(20)) waiting_.push_back(delivery);
            if (!is_reconciled) continue;
            waiting_.push_back(delivery);
            waiting_.back().is_reconciled = true;
        }
    }

    void strike() {
        if (random_.chance(25)) world_.kill_agent(random_.chance(75) ? 0 : 1, random_.below(120));
        if (random_.chance(10)) world_.restart_redis();
    }

    // After a kill some people have to wait for a dead agent's leases.
    bool settles() {
        const std::size_t percent = weather_ == Weather::stormy ? 2 : 40;
        return random_.chance(percent);
    }

    // Some of what waits, some of it several times, some that was sent long ago.
    void send_some(bool everything) {
        std::vector<Delivery> batch, later;
        for (const auto& delivery : waiting_) {
            if (!everything && random_.chance(35)) {
                later.push_back(delivery);
                continue;
            }
            batch.push_back(delivery);
            sent_.push_back(delivery);
            while (random_.chance(15)) batch.push_back(delivery);
        }
        for (std::size_t i = 0; i < batch.size() / 8 && !sent_.empty(); ++i)
            batch.push_back(random_.pick(sent_));
        waiting_ = std::move(later);
        random_.shuffle(batch);
        if (!batch.empty()) world_.send(std::move(batch));
    }

    // When nothing is on the way, contacts are what the story so far says.
    void settle_and_look() {
        world_.clear_faults();
        world_.settle(settling_deadline);
        if (waiting_.empty())
            judge(judge_contacts(story_, world_.played(), rules_, world_.system().sandbox()));
    }

    void conclude() {
        world_.clear_faults();
        send_some(true);
        world_.settle(settling_deadline);
        judge(judge_contacts(story_, story_.changes.size(), rules_, world_.system().sandbox()));
        const auto evidence = gather_evidence(world_);
        events_ = evidence.events.size();
        judge(judge_events(story_, world_, evidence, weather_ == Weather::ordered));
        judge(judge_accounts(world_));
        world_.stop_agents();
    }

    void judge(const std::vector<Finding>& findings) {
        if (!findings.empty())
            failure_ += diagnose(story_, world_, rules_, findings) + "weather: " + to_text(weather_) + "\n";
    }

    const Story& story_;
    Weather weather_;
    Random random_;
    ContactRules rules_;
    World world_;
    std::vector<Delivery> waiting_, sent_;
    std::size_t events_ = 0;
    std::string failure_;
};

}  // namespace

std::string to_text(Weather weather) {
    switch (weather) {
        case Weather::ordered:
            return "ordered";
        case Weather::calm:
            return "calm";
        case Weather::windy:
            return "windy";
        case Weather::stormy:
            return "stormy";
    }
    return {};
}

Weather weather_of(std::uint64_t seed) {
    return static_cast<Weather>(seed % 4);
}

Outcome run_seed(std::uint64_t seed) {
    const auto weather = weather_of(seed);
    const auto story = make_story(seed, size_of(weather));
    try {
        return Run(story, weather).run();
    } catch (const std::exception& error) {
        return {seed, 0, 0, 0, 0, 0, fmt::format("seed {} ({}): {}", seed, to_text(weather), error.what())};
    }
}

}  // namespace convergence
