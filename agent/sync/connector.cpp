#include "sync/connector.hpp"

#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace syncing {

namespace asio = boost::asio;
using LogPtr = std::shared_ptr<spdlog::logger>;

Connector::CalendlySide::CalendlySide(Connector& connector, const World& world, const LogPtr& log)
    : retry(connector.make_retry(api::ApiName::calendly, log)),
      lookup(world.calendly, retry, connector.state_.waiting, connector.state_.counters, log),
      links(lookup, {connector.settings_.mapping.follow_links, world.calendly.origin()}) {}

Connector::PersonSide::PersonSide(asio::any_io_executor executor, Connector& connector, const World& world,
                                  const LogPtr& log)
    : contacts_retry(connector.make_retry(api::ApiName::brevo_contacts, log)),
      events_retry(connector.make_retry(api::ApiName::brevo_events, log)),
      account(connector.settings_.mapping, connector.settings_.create_attributes, world.brevo, contacts_retry,
              log),
      leases(std::move(executor), world.people, world.interruption, connector.state_.waiting),
      open_work(world.people, log),
      writer(connector.settings_.mapping, world.brevo, {contacts_retry, events_retry}, account, open_work,
             connector.state_.counters, log),
      settle(world.people, open_work, writer, connector.state_.counters),
      work(connector.settings_.mapping, leases, connector.calendly_.links, settle, open_work,
           connector.dead_letters_) {}

Connector::Connector(asio::any_io_executor executor, ConnectorSettings settings, World world, LogPtr log,
                     Timing timing)
    : settings_(std::move(settings)),
      timing_(timing),
      interruption_(world.interruption),
      queue_(world.queue),
      state_(log),
      dead_letters_(world.dead_letters, state_.counters, log),
      calendly_(*this, world, log),
      people_(executor, *this, world, log),
      lanes_(executor, queue_, people_.work, interruption_, state_.redis, timing_),
      intake_(settings_.log_webhooks, queue_, dead_letters_, calendly_.lookup, lanes_, state_.counters, log),
      membership_(executor, {queue_, intake_, lanes_, people_.leases, state_.apis, state_.redis},
                  interruption_, timing_, log),
      reader_({queue_, membership_, intake_, lanes_, state_.apis, state_.waiting, state_.redis,
               std::move(world.calls_within)},
              interruption_, timing_) {}

api::Retry Connector::make_retry(api::ApiName api, const LogPtr& log) {
    return api::Retry(api, state_.apis, interruption_, state_.waiting, log, timing_.patience,
                      [this] { reader_.on_park(); });
}

ConnectorStatus Connector::status() const {
    return {settings_.name,       state_.counters,           state_.apis,
            state_.redis.is_up(), people_.account.problem(), lanes_.held().size()};
}

void Connector::stop() {
    interruption_.request();
    queue_.interrupt();
    lanes_.abandon_waiting();
}

asio::awaitable<void> Connector::run() {
    using namespace asio::experimental::awaitable_operators;
    co_await (consume() && membership_.keep() && watch_account());
    co_await membership_.finish();
}

// Contacts are written for what the account has: it is read before the first entry.
asio::awaitable<void> Connector::consume() {
    try {
        co_await people_.account.read();
    } catch (const net::Interrupted&) {
        co_return;
    }
    membership_.begin();
    co_await reader_.run();
}

asio::awaitable<void> Connector::watch_account() {
    try {
        while (true) {
            co_await interruption_.sleep(timing_.account_interval);
            co_await people_.account.read();
        }
    } catch (const net::Interrupted&) {
        co_return;
    }
}

}  // namespace syncing
