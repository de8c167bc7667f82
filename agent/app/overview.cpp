#include "app/overview.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/deadline.hpp"
#include "net/interruption.hpp"
#include "operating/observer.hpp"
#include "operating/status.hpp"
#include "redis/error.hpp"
#include "redis/unix_ms.hpp"
#include "text/version.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto turn = 1s;
constexpr auto look_per_connector = 5ms;  // at least, between two looks
constexpr auto longest_wait_for_redis = 2s;
constexpr auto fresh_for = 1s;
constexpr std::chrono::milliseconds forgotten_after = 10min;  // an agent that asks for nothing

// This one, and those whose names stand in a group.
std::vector<operating::AgentSign> signs_of_agents(const std::string& own_name,
                                                  const std::vector<std::optional<redis::Backlog>>& backlogs,
                                                  operating::SystemTime looked_at) {
    std::vector<operating::AgentSign> agents{{own_name, redis::unix_ms().count(), text::version()}};
    for (const auto& backlog : backlogs) {
        if (!backlog) continue;
        for (const auto& seen : backlog->agents) {
            if (seen.idle_ms > forgotten_after.count()) continue;
            const auto seen_ms = redis::unix_ms(looked_at).count() - seen.idle_ms;
            const auto known = std::ranges::find(agents, seen.name, &operating::AgentSign::name);
            if (known == agents.end())
                agents.push_back({seen.name, seen_ms, "unknown"});
            else
                known->seen_ms = std::max(known->seen_ms, seen_ms);
        }
    }
    return agents;
}

}  // namespace

Overview::Overview(asio::any_io_executor executor, std::string own_name, Overlooked overlooked,
                   std::function<void(const std::string& line)> say)
    : executor_(executor),
      own_name_(std::move(own_name)),
      overlooked_(std::move(overlooked)),
      say_(std::move(say)),
      next_turn_(std::move(executor)),
      turned_(SteadyClock::now()),
      observer_(std::make_unique<operating::Observer>(std::chrono::system_clock::now())) {}

Overview::~Overview() = default;

asio::awaitable<void> Overview::run() {
    while (!is_stopped_) {
        turned_ = SteadyClock::now();
        if (turned_ - looked_ >= look_per_connector * static_cast<int>(observer_->connectors().size()))
            look();
        next_turn_.expires_after(turn);
        co_await next_turn_.async_wait(net::as_result);
    }
}

void Overview::stop() {
    is_stopped_ = true;
    next_turn_.cancel();
}

void Overview::look() {
    looked_ = SteadyClock::now();
    observer_->look(overlooked_.statuses(), std::chrono::system_clock::now());
    auto line = operating::status_line(*observer_);
    if (line == said_) return;
    said_ = std::move(line);
    say_(said_);
}

std::chrono::milliseconds Overview::turned_ago() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - turned_);
}

operating::Readiness Overview::readiness() {
    look();
    return operating::readiness(*observer_);
}

asio::awaitable<boost::json::object> Overview::status() {
    co_await read_backlogs();
    look();
    operating::StatusFacts facts{text::version(), signs_of_agents(own_name_, backlogs_, backlogs_at_),
                                 backlogs_};
    // The configuration was read anew meanwhile: what waits is known a second later.
    if (facts.backlogs.size() != observer_->connectors().size()) facts.backlogs.clear();
    co_return operating::status_json(*observer_, facts);
}

asio::awaitable<void> Overview::gather(std::shared_ptr<Gathering> gathering, std::size_t place,
                                       operating::OperatedPtr connector) {
    try {
        gathering->found[place] = co_await connector->backlog.look();
    } catch (const redis::Error&) {
        gathering->found[place].reset();  // the verdict says why
    } catch (const net::Interrupted&) {
        gathering->found[place].reset();
    }
    if (--gathering->missing == 0) gathering->all_came.set();
}

asio::awaitable<void> Overview::read_backlogs() {
    if (SteadyClock::now() < read_ + fresh_for) co_return;
    read_ = SteadyClock::now();
    const auto connectors = overlooked_.connectors();
    const auto gathering = std::make_shared<Gathering>(executor_, connectors.size());
    for (std::size_t i = 0; i < connectors.size(); ++i)
        asio::co_spawn(executor_, gather(gathering, i, connectors[i]), asio::detached);
    if (!connectors.empty())
        co_await gathering->all_came.wait_until(SteadyClock::now() + longest_wait_for_redis);
    backlogs_ = gathering->found;
    backlogs_at_ = std::chrono::system_clock::now();
}

}  // namespace app
