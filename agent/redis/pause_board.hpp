// Whether connectors are paused, asked for many of them at once: each has to know every second, and a
// thousand questions a second would keep a processor busy with nothing else.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "redis/client.hpp"
#include "redis/pause_switch.hpp"

namespace redis {

class PauseBoard {
public:
    // Those who ask within `together` after the first are answered by one script.
    PauseBoard(boost::asio::any_io_executor executor, Client& client,
               std::chrono::milliseconds together = std::chrono::milliseconds(100));

    struct Told {
        bool is_known = false;  // false: the connector has to ask for itself
        std::optional<Pause> pause;
    };

    // Throws Error, as all who asked with it get.
    boost::asio::awaitable<Told> ask(const std::string& connector);

private:
    struct Question;

    boost::asio::awaitable<void> answer(std::shared_ptr<Question> question);

    boost::asio::any_io_executor executor_;
    Client& client_;
    std::chrono::milliseconds together_;
    std::shared_ptr<Question> open_;  // who asks now is in it; null: nobody does
    bool is_split_ = false;           // the keys are on several servers of a cluster
};

// The switch of one connector, whose state the board tells.
class BoardedPauseSwitch final : public PauseSwitch {
public:
    BoardedPauseSwitch(PauseBoard& board, PauseSwitch& own, std::string connector)
        : board_(board), own_(own), connector_(std::move(connector)) {}

    boost::asio::awaitable<std::optional<Pause>> state() override;
    boost::asio::awaitable<Pause> pause(Pause pause) override { return own_.pause(std::move(pause)); }
    boost::asio::awaitable<std::optional<Pause>> resume() override { return own_.resume(); }

private:
    PauseBoard& board_;
    PauseSwitch& own_;
    std::string connector_;
};

}  // namespace redis
