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
#include "redis/store.hpp"
#include "redis/webhook_stream.hpp"
#include "sync/account_reader.hpp"
#include "sync/contact_writer.hpp"
#include "sync/dead_letters.hpp"
#include "sync/intake.hpp"
#include "sync/lanes.hpp"
#include "sync/leases.hpp"
#include "sync/limited_log.hpp"
#include "sync/links.hpp"
#include "sync/lookup.hpp"
#include "sync/performer.hpp"
#include "sync/person_worker.hpp"
#include "sync/statistics.hpp"

namespace syncing {

// How many bookings the APIs' limits let this agent do within a time.
using CallsWithin = std::function<std::size_t(std::chrono::milliseconds)>;

// What the flow reaches the world through.
struct World {
    http::Interruption& interruption;
    redis::WebhookStream& stream;
    redis::Store& store;
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
    Patience patience;
};

class Connector {
public:
    Connector(boost::asio::any_io_executor executor, config::Connector configuration, World world,
              std::shared_ptr<spdlog::logger> log, Timing timing = {});

    // Runs until stop(), and then until everything in flight is finished.
    boost::asio::awaitable<void> run();
    void stop();

    const std::string& name() const noexcept { return configuration_.name; }
    const Statistics& statistics() const noexcept { return statistics_; }
    std::size_t in_flight() const noexcept { return lanes_.held().size(); }  // entries held

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
    bool is_parked() const noexcept { return !statistics_.parked.empty(); }
    void on_park();
    void note_redis_trouble(const std::string& what);
    void note_redis_answers();

    boost::asio::any_io_executor executor_;
    config::Connector configuration_;
    World world_;
    std::shared_ptr<spdlog::logger> log_;
    Timing timing_;
    Statistics statistics_;
    http::Interruption& interruption_;
    Persistence calendly_persistence_;
    Persistence contacts_persistence_;
    Persistence events_persistence_;
    Lookup lookup_;
    Links links_;
    Leases leases_;
    AccountReader account_;
    ContactWriter writer_;
    Performer performer_;
    DeadLetters dead_letters_;
    PersonWorker worker_;
    Lanes lanes_;
    Intake intake_;
    LimitedLog limited_log_;
    bool is_prepared_ = false;  // the account has been read
    bool has_group_ = false;    // not known to be lost
    std::uint64_t group_losses_ = 0;
    std::size_t ensuring_group_ = 0;  // 1 while somebody does
    std::chrono::steady_clock::time_point kept_at_{};
    std::chrono::steady_clock::time_point take_over_from_{};
    bool is_reading_ = false;
    bool is_read_interrupted_ = false;
};

}  // namespace syncing
