// What Redis would remember of a connector's upkeep, with a clock of the test's. Several agents may share one
// Shelf.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "redis/error.hpp"
#include "redis/upkeep_store.hpp"

namespace fakes {

class UpkeepStore final : public redis::UpkeepStore {
public:
    using Time = std::chrono::system_clock::time_point;
    struct Shelf {
        struct Value {
            std::string text;
            Time until;
        };
        Time now{};
        std::map<std::string, Value> values;
        bool is_down = false;  // every call throws
        bool is_full = false;  // every write is refused

        // What is there and has not faded.
        std::optional<std::string> find(const std::string& name) const {
            const auto found = values.find(name);
            if (found == values.end() || found->second.until <= now) return std::nullopt;
            return found->second.text;
        }
    };

    UpkeepStore() : shelf_(std::make_shared<Shelf>()) {}
    UpkeepStore(std::shared_ptr<Shelf> shelf, std::string agent)
        : shelf_(std::move(shelf)), agent_(std::move(agent)) {}

    Shelf& shelf() { return *shelf_; }

    boost::asio::awaitable<void> note_probe(std::string id) override {
        put("probe:" + id, agent_, std::chrono::minutes(1));
        co_return;
    }
    boost::asio::awaitable<bool> has_arrived(std::string id) override {
        co_return get("probe:" + id).has_value();
    }
    boost::asio::awaitable<bool> watch(std::chrono::milliseconds duration) override {
        if (get("guardian").value_or(agent_) != agent_) co_return false;
        put("guardian", agent_, duration);
        co_return true;
    }
    boost::asio::awaitable<void> stop_watching() override {
        if (get("guardian") == agent_) shelf_->values.erase("guardian");
        co_return;
    }
    boost::asio::awaitable<void> report(std::string found, std::chrono::milliseconds duration) override {
        put("report", std::move(found), duration);
        co_return;
    }
    boost::asio::awaitable<std::optional<std::string>> last_report() override { co_return get("report"); }
    boost::asio::awaitable<bool> begin_repair(std::chrono::milliseconds duration) override {
        if (get("repair")) co_return false;
        put("repair", agent_, duration);
        co_return true;
    }
    boost::asio::awaitable<void> note_repair(std::chrono::milliseconds duration) override {
        put("repair", agent_, duration);
        co_return;
    }
    boost::asio::awaitable<void> forget_repair() override {
        shelf_->values.erase("repair");
        co_return;
    }
    boost::asio::awaitable<void> want_reconciliation(std::string reason) override {
        put("reconcile", std::move(reason), std::chrono::hours(24));
        co_return;
    }
    boost::asio::awaitable<std::optional<std::string>> rotation() override { co_return get("rotation"); }
    boost::asio::awaitable<void> set_rotation(std::string state) override {
        put("rotation", std::move(state), std::chrono::hours(24 * 365));
        co_return;
    }
    boost::asio::awaitable<void> clear_rotation() override {
        shelf_->values.erase("rotation");
        co_return;
    }

private:
    using Kind = redis::Error::Kind;

    std::optional<std::string> get(const std::string& name) {
        if (shelf_->is_down) throw redis::Error(Kind::connection, "down");
        return shelf_->find(name);
    }
    void put(const std::string& name, std::string text, std::chrono::milliseconds duration) {
        if (shelf_->is_down) throw redis::Error(Kind::connection, "down");
        if (shelf_->is_full) throw redis::Error(Kind::refused, "OOM");
        shelf_->values[name] = {std::move(text), shelf_->now + duration};
    }

    std::shared_ptr<Shelf> shelf_;
    std::string agent_ = "agent-1";
};

}  // namespace fakes
