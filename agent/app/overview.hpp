// How all connectors are, since when, and what waits: the one place from which the admin API and systemd
// learn it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>

#include "net/event.hpp"
#include "operating/connector.hpp"
#include "operating/readiness.hpp"
#include "sync/connector_status.hpp"

namespace operating {
class Observer;
}

namespace app {

// Both in the same order: the enabled connectors.
struct Overlooked {
    std::function<std::vector<syncing::ConnectorStatus>()> statuses;
    std::function<std::vector<operating::OperatedPtr>()> connectors;
};

class Overview {
public:
    // `own_name` is this agent's name in the consumer groups. `say`: hears a line whenever the verdict's has
    // changed.
    Overview(boost::asio::any_io_executor executor, std::string own_name, Overlooked overlooked,
             std::function<void(const std::string& line)> say);
    ~Overview();

    // Looks once a second (of hundreds of connectors less often) until stop().
    boost::asio::awaitable<void> run();
    void stop();

    // As of now; Redis is asked for what waits, for at most two seconds and once a second.
    boost::asio::awaitable<boost::json::object> status();
    operating::Readiness readiness();
    // How long ago the event loop turned.
    std::chrono::milliseconds turned_ago() const;

private:
    using Backlogs = std::vector<std::optional<redis::Backlog>>;
    // Answers of Redis that are being waited for.
    struct Gathering {
        Gathering(boost::asio::any_io_executor executor, std::size_t count)
            : found(count), missing(count), all_came(std::move(executor)) {}
        Backlogs found;
        std::size_t missing;
        net::Event all_came;
    };
    static boost::asio::awaitable<void> gather(std::shared_ptr<Gathering> gathering, std::size_t place,
                                               operating::OperatedPtr connector);

    void look();
    boost::asio::awaitable<void> read_backlogs();

    boost::asio::any_io_executor executor_;
    std::string own_name_;
    Overlooked overlooked_;
    std::function<void(const std::string& line)> say_;
    boost::asio::steady_timer next_turn_;
    std::chrono::steady_clock::time_point turned_, looked_{}, read_{};
    std::unique_ptr<operating::Observer> observer_;
    Backlogs backlogs_;
    std::chrono::system_clock::time_point backlogs_at_{};
    std::string said_;
    bool is_stopped_ = false;
};

}  // namespace app
