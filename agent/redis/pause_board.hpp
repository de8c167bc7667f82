// Whether connectors are paused, asked for all of them at once: each has to know within a second, and a
// thousand loops that ask would keep a processor busy with nothing else.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "net/event.hpp"
#include "redis/client.hpp"
#include "redis/pause_switch.hpp"

namespace redis {

// Of one connector.
struct PauseTold {
    bool is_known = false;  // false: the connector has to ask for itself
    std::optional<Pause> pause;

    bool operator==(const PauseTold&) const = default;
};

// Of connectors, in their order, with one command. Throws Error. Nothing: they are on several servers of a
// cluster, and each has to ask for itself.
using AskPauses = std::function<boost::asio::awaitable<std::optional<std::vector<PauseTold>>>(
    const std::vector<std::string>& connectors)>;
AskPauses ask_pauses_with(Client& client);

class PauseBoard {
public:
    // What one connector is told, and when that is something else.
    struct Seat {
        explicit Seat(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
        void tell_news() {
            is_news = true;
            changed.notify();
        }

        bool is_answered = false;  // since the start
        bool is_news = false;      // what nobody has asked for yet
        PauseTold told;
        std::exception_ptr trouble;  // why it cannot be told; what was told last stands
        net::Event changed;
    };

    PauseBoard(boost::asio::any_io_executor executor, AskPauses ask, std::chrono::milliseconds interval);

    // Before run().
    std::shared_ptr<Seat> take_seat(const std::string& connector);

    // Asks and tells until the agent stops.
    boost::asio::awaitable<void> run(net::Interruption& interruption);

private:
    boost::asio::awaitable<bool> look();
    void tell(const std::vector<PauseTold>& all);
    void tell_trouble(const std::exception_ptr& trouble);

    boost::asio::any_io_executor executor_;
    AskPauses ask_;
    std::chrono::milliseconds interval_;
    std::vector<std::string> connectors_;
    std::vector<std::shared_ptr<Seat>> seats_;
};

// The switch of one connector, whose state the board tells.
class BoardedPauseSwitch final : public PauseSwitch {
public:
    BoardedPauseSwitch(std::shared_ptr<PauseBoard::Seat> seat, PauseSwitch& own)
        : seat_(std::move(seat)), own_(own) {}

    boost::asio::awaitable<std::optional<Pause>> state() override;
    boost::asio::awaitable<bool> wait(std::chrono::milliseconds interval,
                                      net::Interruption& interruption) override;
    boost::asio::awaitable<Pause> pause(Pause pause) override { return own_.pause(std::move(pause)); }
    boost::asio::awaitable<std::optional<Pause>> resume() override { return own_.resume(); }

private:
    std::shared_ptr<PauseBoard::Seat> seat_;
    PauseSwitch& own_;
};

}  // namespace redis
