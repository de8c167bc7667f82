#include "sync/connector.hpp"

#include <functional>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "api/api_state.hpp"
#include "api/retry.hpp"
#include "net/waiting.hpp"
#include "sync/backlog_watch.hpp"
#include "sync/brevo_account.hpp"
#include "sync/brevo_writer.hpp"
#include "sync/calendly_lookup.hpp"
#include "sync/counters.hpp"
#include "sync/dead_letters.hpp"
#include "sync/entry_reader.hpp"
#include "sync/intake.hpp"
#include "sync/lanes.hpp"
#include "sync/leases.hpp"
#include "sync/links.hpp"
#include "sync/membership.hpp"
#include "sync/open_work.hpp"
#include "sync/pause_watch.hpp"
#include "sync/person_work.hpp"
#include "sync/redis_state.hpp"
#include "sync/settle.hpp"
#include "sync/troubles.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using LogPtr = std::shared_ptr<spdlog::logger>;

// How a connector is and what it has done.
struct State {
    State(const Timing& timing, const LogPtr& log) : troubles(timing.trouble, counters, log), redis(log) {}

    Counters counters;
    Troubles troubles;
    api::ApiStates apis;
    net::Waiting waiting;
    RedisState redis;
};

// What the two streams share: the account, the people, the process.
struct Common {
    // `hold_back`: nothing new may be read any more. `see`: told again and again what waits.
    Common(asio::any_io_executor io, ConnectorSettings connector_settings, const World& world,
           const LogPtr& connector_log, Timing times, std::function<void()> hold_back,
           std::function<void(const redis::Backlog&)> see);

    api::Retry make_retry(api::ApiName api, std::function<void()> on_park);

    asio::any_io_executor executor;
    const ConnectorSettings settings;
    const Timing timing;
    LogPtr log;
    net::Interruption& interruption;
    CallsWithin calls_within;
    State state;
    redis::UpkeepStore& upkeep;
    PauseWatch pause;
    BacklogWatch backlog;
    api::Retry calendly_retry;
    LoginWatch login;
    CalendlyLookup lookup;
    api::Retry contacts_retry;
    api::Retry events_retry;
    BrevoAccount account;
    Leases leases;
    OpenWork open_work;
};

Common::Common(asio::any_io_executor io, ConnectorSettings connector_settings, const World& world,
               const LogPtr& connector_log, Timing times, std::function<void()> hold_back,
               std::function<void(const redis::Backlog&)> see)
    : executor(std::move(io)),
      settings(std::move(connector_settings)),
      timing(times),
      log(connector_log),
      interruption(world.interruption),
      calls_within(world.calls_within),
      state(timing, log),
      upkeep(world.upkeep),
      pause(world.pause_switch, interruption, timing.pause_interval, state.troubles, log, hold_back),
      backlog(world.backlog, interruption, timing.look_interval, state.troubles, log, std::move(see)),
      calendly_retry(make_retry(api::ApiName::calendly, hold_back)),
      login(world.check_login, calendly_retry, state.apis.of(api::ApiName::calendly), interruption,
            timing.login_interval, log),
      lookup(world.calendly, calendly_retry, state.waiting, state.counters, log),
      contacts_retry(make_retry(api::ApiName::brevo_contacts, hold_back)),
      events_retry(make_retry(api::ApiName::brevo_events, hold_back)),
      account(settings.mapping, settings.create_attributes, world.webhooks.brevo, contacts_retry, log),
      leases(executor, world.webhooks.people, interruption, state.waiting),
      open_work(world.webhooks.people, log) {}

api::Retry Common::make_retry(api::ApiName api, std::function<void()> on_park) {
    return api::Retry(api, state.apis, interruption, state.waiting, log, timing.patience, std::move(on_park),
                      settings.log_webhooks);
}

// The way of one stream's entries. In the order in which the parts need each other: what stands further down
// is made of what stands above it.
struct Stream {
    // `first`: the stream whose entries go first; null: this one's do.
    Stream(Common& common, const StreamWorld& world, const std::string& api_origin, ServiceClass service,
           const Stream* first);

    asio::awaitable<void> consume();
    void stop();

    redis::EntryQueue& queue;
    DeadLetters dead_letters;
    Links links;
    BrevoWriter writer;
    Settle settle;
    PersonWork work;
    Lanes lanes;
    Intake intake;
    Membership membership;
    EntryReader reader;
};

Stream::Stream(Common& common, const StreamWorld& world, const std::string& api_origin, ServiceClass service,
               const Stream* first)
    : queue(world.queue),
      dead_letters(world.dead_letters, common.state.counters, common.log),
      links(common.lookup, common.settings.mapping.follow_links, api_origin),
      writer(common.settings.mapping, world.brevo, {common.contacts_retry, common.events_retry},
             common.account, common.open_work, common.state.counters, common.log),
      settle(world.people, common.open_work, writer, common.state.counters, common.log, service),
      work(common.settings.mapping, common.leases, links, settle, common.open_work, dead_letters, service),
      lanes(common.executor, queue, work, common.interruption, common.state.redis, common.state.troubles,
            common.timing),
      intake(common.settings.log_webhooks, queue, common.upkeep, dead_letters, common.lookup, lanes,
             common.state.counters, common.state.troubles, common.log),
      membership(common.executor,
                 {queue, intake, lanes, common.leases, common.state.apis, common.state.redis,
                  common.state.troubles, &common.pause, &common.backlog, first != nullptr},
                 common.interruption, common.timing, common.log),
      reader({queue, membership, intake, lanes, common.state.apis, common.state.waiting, common.state.redis,
              common.state.troubles, common.calls_within, first ? &first->reader : nullptr, &common.pause},
             common.interruption, common.timing) {}

asio::awaitable<void> Stream::consume() {
    membership.begin();
    return reader.run();
}

void Stream::stop() {
    queue.interrupt();
    lanes.abandon_waiting();
}

}  // namespace

struct Connector::Parts {
    Parts(asio::any_io_executor executor, ConnectorSettings settings, World world, const LogPtr& log,
          Timing timing);

    asio::awaitable<void> run();
    asio::awaitable<void> consume();
    asio::awaitable<void> read_account();
    asio::awaitable<void> watch_account();
    void hold_back();
    void see(const redis::Backlog& backlog);

    Common common;
    Stream webhooks;
    Stream history;
};

Connector::Parts::Parts(asio::any_io_executor executor, ConnectorSettings settings, World world,
                        const LogPtr& log, Timing timing)
    : common(
          std::move(executor), std::move(settings), world, log, timing, [this] { hold_back(); },
          [this](const redis::Backlog& backlog) { see(backlog); }),
      webhooks(common, world.webhooks, world.calendly.origin(), ServiceClass::webhook, nullptr),
      history(common, world.history, world.calendly.origin(), ServiceClass::history, &webhooks) {}

void Connector::Parts::hold_back() {
    webhooks.reader.end_waiting();
    history.reader.end_waiting();
}

void Connector::Parts::see(const redis::Backlog& backlog) {
    const std::chrono::milliseconds since(backlog.dead_since_ms.value_or(0));
    webhooks.dead_letters.see({backlog.dead_letters, std::chrono::system_clock::time_point(since)});
}

asio::awaitable<void> Connector::Parts::run() {
    using namespace asio::experimental::awaitable_operators;
    co_await (consume() && webhooks.membership.keep() && history.membership.keep() && watch_account() &&
              common.login.run() && common.pause.run() && common.backlog.run());
    co_await (webhooks.membership.finish() && history.membership.finish());
}

// Contacts are written for what the account has: it is read before the first entry.
asio::awaitable<void> Connector::Parts::consume() {
    using namespace asio::experimental::awaitable_operators;
    try {
        co_await read_account();
    } catch (const net::Interrupted&) {
        co_return;
    }
    co_await (webhooks.consume() && history.consume());
}

// Again and again, whatever the machine is in trouble with. Throws Interrupted.
asio::awaitable<void> Connector::Parts::read_account() {
    Troubles::Work reading(common.state.troubles);
    for (std::chrono::milliseconds pause{1}; pause.count() > 0;) {
        pause = pause.zero();
        try {
            co_await common.account.read();
        } catch (const net::Interrupted&) {
            throw;
        } catch (const std::exception& error) {
            pause = reading.meets(error);
        }
        if (pause.count() > 0) co_await common.interruption.sleep(pause);
    }
}

asio::awaitable<void> Connector::Parts::watch_account() {
    try {
        while (true) {
            co_await common.interruption.sleep(common.timing.account_interval);
            co_await read_account();
        }
    } catch (const net::Interrupted&) {
        co_return;
    }
}

Connector::Connector(asio::any_io_executor executor, ConnectorSettings settings, World world, LogPtr log,
                     Timing timing)
    : parts_(
          std::make_unique<Parts>(std::move(executor), std::move(settings), std::move(world), log, timing)) {}

Connector::~Connector() = default;

asio::awaitable<void> Connector::run() {
    return parts_->run();
}

void Connector::stop() {
    parts_->common.interruption.request();
    parts_->webhooks.stop();
    parts_->history.stop();
}

ConnectorStatus Connector::status() const {
    const auto& [common, webhooks, history] = *parts_;
    auto counters = common.state.counters;
    counters.leases_lost += common.leases.lost();
    ConnectorStatus status{common.settings.name,
                           std::move(counters),
                           common.state.apis,
                           common.state.redis.is_up(),
                           common.account.problem(),
                           webhooks.lanes.held().size() + history.lanes.held().size(),
                           webhooks.dead_letters.buried(),
                           common.state.troubles.reports(),
                           common.login.problem(),
                           {},
                           {},
                           common.pause.pause(),
                           common.state.redis.trouble(),
                           history.lanes.held().size()};
    status.backlog = common.backlog.seen();
    return status;
}

const redis::Backlog& Connector::backlog() const noexcept {
    return parts_->common.backlog.seen();
}

bool Connector::is_redis_up() const noexcept {
    return parts_->common.state.redis.is_up();
}

bool Connector::is_resting(api::ApiName api) const {
    const auto& state = parts_->common.state.apis.of(api);
    return state.is_resting || state.is_parked();
}

void Connector::note_missing_scopes(const api::ApiFailure& failure) {
    parts_->common.calendly_retry.note_scopes(failure);
}

}  // namespace syncing
