// The flow of one connector: reads its stream, hands entries to the lanes, keeps what it holds, takes over
// what others left, and leaves in an orderly way.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "brevo/api.hpp"
#include "calendly/api.hpp"
#include "config/configuration.hpp"
#include "net/limited_log.hpp"
#include "redis/entry_queue.hpp"
#include "redis/person_store.hpp"
#include "sync/brevo_account.hpp"
#include "sync/calendly_lookup.hpp"
#include "sync/connector_status.hpp"
#include "sync/contact_writer.hpp"
#include "sync/dead_letters.hpp"
#include "sync/intake.hpp"
#include "sync/lanes.hpp"
#include "sync/leases.hpp"
#include "sync/links.hpp"
#include "sync/performer.hpp"
#include "sync/person_work.hpp"

namespace syncing {

// How many bookings the APIs' limits let this agent do within a time.
using CallsWithin = std::function<std::size_t(std::chrono::milliseconds)>;

// What the flow reaches the world through.
struct World {
    net::Interruption& interruption;
    redis::EntryQueue& stream;
    redis::PersonStore& store;
    calendly::Api& calendly;
    brevo::Api& brevo;
    CallsWithin calls_within;
};

struct Timing {
    std::chrono::milliseconds block{5000};  // of one waiting read
    std::chrono::milliseconds keep_interval{
        5000};  // between refreshing what is held and looking for what is left
    std::chrono::milliseconds take_over_after{20'000};  // an entry that nobody refreshed for so long
    std::chrono::milliseconds redis_pause{1000};        // after a failure of Redis
    std::chrono::hours account_interval{1};             // between readings of the Brevo account
    api::Patience patience;
};

class Connector {
public:
    Connector(boost::asio::any_io_executor executor, config::Connector configuration, World world,
              std::shared_ptr<spdlog::logger> log, Timing timing = {});

    // Runs until stop(), and then until everything in flight is finished.
    boost::asio::awaitable<void> run();
    void stop();

    const std::string& name() const noexcept { return configuration_.name; }
    ConnectorStatus status() const;

private:
    boost::asio::awaitable<void> ensure_group();
    void lose_group();
    boost::asio::awaitable<bool> prepare();
    boost::asio::awaitable<void> consume();
    boost::asio::awaitable<bool> read_once();
    boost::asio::awaitable<void> keep();
    boost::asio::awaitable<void> keep_held();
    boost::asio::awaitable<void> take_over();
    boost::asio::awaitable<void> watch_account();
    boost::asio::awaitable<void> finish();

    // False when the agent stops meanwhile.
    boost::asio::awaitable<bool> pause(std::chrono::milliseconds duration);

    boost::asio::awaitable<void> work(std::string person, Lanes::Turn turn);
    boost::asio::awaitable<Batch> load(std::vector<std::string> ids);

    std::chrono::milliseconds pause_after(unsigned refusals) const;

    std::size_t room() const;  // entries that may be read
    std::size_t room_for_left() const;
    bool is_parked() const noexcept { return apis_.is_any_parked(); }
    void on_park();
    void note_redis_trouble(const std::string& what);
    void note_redis_answers();

    boost::asio::any_io_executor executor_;
    config::Connector configuration_;
    World world_;
    std::shared_ptr<spdlog::logger> log_;
    Timing timing_;
    Counters counters_;
    api::ApiStates apis_;
    net::Waiting waiting_;
    net::Interruption& interruption_;
    api::Retry calendly_retry_;
    api::Retry contacts_retry_;
    api::Retry events_retry_;
    CalendlyLookup lookup_;
    Links links_;
    Leases leases_;
    BrevoAccount account_;
    ContactWriter writer_;
    Performer performer_;
    DeadLetters dead_letters_;
    PersonWork worker_;
    Lanes lanes_;
    Intake intake_;
    net::LimitedLog limited_log_;
    bool redis_up_ = false;
    bool is_prepared_ = false;  // the account has been read
    bool has_group_ = false;    // not known to be lost
    std::uint64_t group_losses_ = 0;
    net::Waiting ensuring_group_;  // 1 while somebody does
    std::chrono::steady_clock::time_point kept_at_{};
    std::chrono::steady_clock::time_point take_over_from_{};
    bool is_reading_ = false;
    bool is_read_interrupted_ = false;
};

}  // namespace syncing
