// What a connector needs of the world, for the daemon and for commands alike: connections to Redis, both APIs
// with their budgets, a log. Nothing is asked of the network before somebody uses it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/any_io_executor.hpp>

#include "api/api_state.hpp"
#include "brevo/api.hpp"
#include "brevo/list_api.hpp"
#include "calendly/account_api.hpp"
#include "calendly/api.hpp"
#include "calendly/listing_api.hpp"
#include "config/configuration.hpp"
#include "net/interruption.hpp"
#include "redis/dead_letter_queue.hpp"
#include "redis/entry_queue.hpp"
#include "redis/history_store.hpp"
#include "redis/person_store.hpp"
#include "redis/upkeep_store.hpp"

namespace api {
class Traffic;
}
namespace brevo {
class ErasureApi;
}
namespace calendly {
class SchedulingApi;
}
namespace redis {
class BacklogGauge;
class BookingStore;
class Client;
class DeadLetterDesk;
class Erasure;
class PauseSwitch;
class Servers;
class Timeline;
}  // namespace redis

namespace app {

class Budgets;
struct OAuthLogin;

class ConnectorServices {
public:
    // `own_name` is this process's name in the consumer group, see app/own_name.hpp.
    ConnectorServices(boost::asio::any_io_executor executor, const config::Connector& connector,
                      std::shared_ptr<redis::Servers> servers, const std::string& own_name, Budgets& budgets);
    ConnectorServices(const ConnectorServices&) = delete;
    ConnectorServices& operator=(const ConnectorServices&) = delete;
    ~ConnectorServices();

    net::Interruption& interruption() noexcept;
    redis::Client& redis() noexcept;  // for all commands but reads that wait
    redis::EntryQueue& queue() noexcept;
    redis::PersonStore& people() noexcept;
    redis::DeadLetterQueue& dead_letters() noexcept;
    // Of the stream of history; people are committed here, their leases are taken with people().
    redis::EntryQueue& history_queue() noexcept;
    redis::PersonStore& history_people() noexcept;
    redis::DeadLetterQueue& history_dead_letters() noexcept;
    redis::Timeline& timeline() noexcept;
    redis::DeadLetterDesk& dead_letter_desk() noexcept;
    redis::PauseSwitch& pause_switch() noexcept;
    redis::BacklogGauge& backlog() noexcept;
    redis::Erasure& erasure() noexcept;
    redis::UpkeepStore& upkeep() noexcept;
    redis::HistoryStore& history_store() noexcept;
    calendly::Api& calendly() noexcept;
    calendly::AccountApi& account() noexcept;
    calendly::AccountApi& history_account() noexcept;  // its calls count as history's
    OAuthLogin* login() noexcept;                      // see app/oauth_login.hpp; null with a personal token
    calendly::ListingApi& listing() noexcept;          // for somebody who waits
    calendly::ListingApi& history() noexcept;          // for what is looked up by the thousand
    // For visitors, who overtake all others.
    calendly::SchedulingApi& scheduling() noexcept;
    calendly::ListingApi& visitors() noexcept;
    redis::BookingStore& bookings() noexcept;
    brevo::Api& brevo() noexcept;
    brevo::ListApi& brevo_lists() noexcept;
    brevo::ErasureApi& brevo_erasure() noexcept;
    brevo::Api& history_brevo() noexcept;  // webhooks overtake its writes
    const std::shared_ptr<spdlog::logger>& log() const noexcept;

    // Webhooks wait for an agent: calls for history keep to their share.
    void yield_to_webhooks();

    // How many bookings the APIs' limits let this agent do within `duration`.
    std::size_t calls_within(std::chrono::milliseconds duration) const;

    // What was called, and how much of the limits this process used, by api::ApiName.
    std::shared_ptr<const api::Traffic> traffic() const noexcept;
    std::array<double, api::all_apis.size()> used_budgets() const;

    // Closes the connections to Redis; commands that wait fail.
    void disconnect();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace app
