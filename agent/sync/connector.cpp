#include "sync/connector.hpp"

#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "api/api_state.hpp"
#include "api/retry.hpp"
#include "net/waiting.hpp"
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

}  // namespace

// In the order in which they need each other: what stands further down is made of what stands above it.
struct Connector::Parts {
    Parts(asio::any_io_executor executor, ConnectorSettings connector_settings, World world,
          const LogPtr& log, Timing times);

    asio::awaitable<void> run();
    asio::awaitable<void> consume();
    asio::awaitable<void> read_account();
    asio::awaitable<void> watch_account();
    api::Retry make_retry(api::ApiName api, const World& world, const LogPtr& log);

    const ConnectorSettings settings;
    const Timing timing;
    net::Interruption& interruption;
    redis::EntryQueue& queue;
    State state;
    DeadLetters dead_letters;

    api::Retry calendly_retry;
    LoginWatch login;
    CalendlyLookup lookup;
    Links links;

    api::Retry contacts_retry;
    api::Retry events_retry;
    BrevoAccount account;
    Leases leases;
    OpenWork open_work;
    BrevoWriter writer;
    Settle settle;
    PersonWork work;

    Lanes lanes;
    Intake intake;
    Membership membership;
    EntryReader reader;
};

Connector::Parts::Parts(asio::any_io_executor executor, ConnectorSettings connector_settings, World world,
                        const LogPtr& log, Timing times)
    : settings(std::move(connector_settings)),
      timing(times),
      interruption(world.interruption),
      queue(world.queue),
      state(timing, log),
      dead_letters(world.dead_letters, state.counters, log),
      calendly_retry(make_retry(api::ApiName::calendly, world, log)),
      login(std::move(world.check_login), calendly_retry, state.apis.of(api::ApiName::calendly), interruption,
            timing.login_interval, log),
      lookup(world.calendly, calendly_retry, state.waiting, state.counters, log),
      links(lookup, {settings.mapping.follow_links, world.calendly.origin()}),
      contacts_retry(make_retry(api::ApiName::brevo_contacts, world, log)),
      events_retry(make_retry(api::ApiName::brevo_events, world, log)),
      account(settings.mapping, settings.create_attributes, world.brevo, contacts_retry, log),
      leases(executor, world.people, interruption, state.waiting),
      open_work(world.people, log),
      writer(settings.mapping, world.brevo, {contacts_retry, events_retry}, account, open_work,
             state.counters, log),
      settle(world.people, open_work, writer, state.counters),
      work(settings.mapping, leases, links, settle, open_work, dead_letters),
      lanes(executor, queue, work, interruption, state.redis, state.troubles, timing),
      intake(settings.log_webhooks, queue, world.upkeep, dead_letters, lookup, lanes, state.counters,
             state.troubles, log),
      membership(executor, {queue, intake, lanes, leases, state.apis, state.redis, state.troubles},
                 interruption, timing, log),
      reader({queue, membership, intake, lanes, state.apis, state.waiting, state.redis, state.troubles,
              std::move(world.calls_within)},
             interruption, timing) {}

api::Retry Connector::Parts::make_retry(api::ApiName api, const World& world, const LogPtr& log) {
    return api::Retry(
        api, state.apis, world.interruption, state.waiting, log, timing.patience,
        [this] { reader.on_park(); }, settings.log_webhooks);
}

asio::awaitable<void> Connector::Parts::run() {
    using namespace asio::experimental::awaitable_operators;
    co_await (consume() && membership.keep() && watch_account() && login.run() &&
              dead_letters.watch(interruption, timing.keep_interval, state.troubles));
    co_await membership.finish();
}

// Contacts are written for what the account has: it is read before the first entry.
asio::awaitable<void> Connector::Parts::consume() {
    try {
        co_await read_account();
    } catch (const net::Interrupted&) {
        co_return;
    }
    membership.begin();
    co_await reader.run();
}

// Again and again, whatever the machine is in trouble with. Throws Interrupted.
asio::awaitable<void> Connector::Parts::read_account() {
    Troubles::Work reading(state.troubles);
    for (std::chrono::milliseconds pause{1}; pause.count() > 0;) {
        pause = pause.zero();
        try {
            co_await account.read();
        } catch (const net::Interrupted&) {
            throw;
        } catch (const std::exception& error) {
            pause = reading.meets(error);
        }
        if (pause.count() > 0) co_await interruption.sleep(pause);
    }
}

asio::awaitable<void> Connector::Parts::watch_account() {
    try {
        while (true) {
            co_await interruption.sleep(timing.account_interval);
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
    parts_->interruption.request();
    parts_->queue.interrupt();
    parts_->lanes.abandon_waiting();
}

ConnectorStatus Connector::status() const {
    return {parts_->settings.name,         parts_->state.counters,           parts_->state.apis,
            parts_->state.redis.is_up(),   parts_->account.problem(),        parts_->lanes.held().size(),
            parts_->dead_letters.buried(), parts_->state.troubles.reports(), parts_->login.problem()};
}

bool Connector::is_resting(api::ApiName api) const {
    const auto& state = parts_->state.apis.of(api);
    return state.is_resting || state.is_parked();
}

}  // namespace syncing
