// The upkeep's parts on fakes: an account, an edge with keys, a store, and a clock.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "rules/probe.hpp"
#include "shared/signature.hpp"
#include "unit/fakes/account_api.hpp"
#include "unit/fakes/upkeep_store.hpp"
#include "unit/sandbox/support.hpp"
#include "upkeep/edge_probe.hpp"
#include "upkeep/rotation.hpp"
#include "upkeep/subscriptions.hpp"

namespace upkeep_support {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// nginx with keys, and an agent behind it.
class FakeEdge final : public upkeep::Edge {
public:
    explicit FakeEdge(redis::UpkeepStore& store) : store_(store) {}

    std::vector<std::string> keys;
    unsigned instead = 0;  // this status to everything
    bool is_down = false;
    bool accepts_all = false;
    bool has_agent = true;
    unsigned posts = 0;

    asio::awaitable<upkeep::EdgeAnswer> post(std::string body, std::string signature) override {
        ++posts;
        upkeep::EdgeAnswer answer;
        if (is_down) {
            answer.trouble = "no answer: Connection refused";
            co_return answer;
        }
        answer.status = instead != 0 ? instead : status_of(body, signature);
        const auto id = rules::probe_id(body);
        if (answer.status == 200 && has_agent && id) co_await store_.note_probe(*id);
        co_return answer;
    }

private:
    unsigned status_of(const std::string& body, const std::string& signature) const {
        const auto header = shared::parse_signature_header(signature);
        if (!header) return 401;
        const bool is_ours = std::ranges::any_of(keys, [&](const auto& key) {
            return shared::sign_delivery(key, header->seconds, body) == signature;
        });
        return is_ours || accepts_all ? 200 : 401;
    }

    redis::UpkeepStore& store_;
};

class UpkeepTest : public testing::Test {
protected:
    UpkeepTest() {
        std::filesystem::create_directory(folder_);
        store.shelf().now = clock;
        edge.keys = {key_};
        write_keys({key_});
    }
    ~UpkeepTest() override { std::filesystem::remove_all(folder_); }

    template <typename T>
    T result_of(asio::awaitable<T> work) {
        return sandbox_test::run(io, std::move(work));
    }
    void run(asio::awaitable<void> work) {
        const auto wrap = [](asio::awaitable<void> inner) -> asio::awaitable<bool> {
            co_await std::move(inner);
            co_return true;
        };
        sandbox_test::run(io, wrap(std::move(work)));
    }

    void write_keys(const std::vector<std::string>& keys) const {
        std::ofstream file(key_path());
        for (const auto& key : keys) file << key << '\n';
    }
    std::string key_path() const { return (folder_ / "signing.key").string(); }
    std::vector<std::string> keys_in_file() const { return config::SigningKeyFile(key_path()).keys(); }

    void advance(std::chrono::system_clock::duration by) {
        clock += by;
        store.shelf().now = clock;
    }

    calendly::Subscription ours(std::string uri = "s1", std::string url = "") const {
        calendly::Subscription one;
        one.uri = std::move(uri);
        one.url = url.empty() ? wanted_.url : std::move(url);
        one.scope = "organization";
        one.state = "active";
        one.events = wanted_.events;
        one.created_at = std::chrono::floor<std::chrono::microseconds>(clock - 48h);
        return one;
    }

    const std::string key_ = "the-key-of-the-upkeep-tests";
    const rules::WantedSubscription wanted_{
        "https://hooks.example.com/calendly", calendly::Scope::organization, {"invitee.created"}};
    std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("calendly-brevo-upkeep-" + std::to_string(::getpid()));

    asio::io_context io;
    net::Interruption interruption{io.get_executor()};
    std::chrono::system_clock::time_point clock = std::chrono::system_clock::now();
    fakes::UpkeepStore store;
    fakes::AccountApi account;
    FakeEdge edge{store};
    upkeep::EdgeProbe probe{edge, store, interruption};
    upkeep::Subscriptions subscriptions{account, wanted_, interruption, 0ms};
    upkeep::Rotation rotation{config::SigningKeyFile(key_path()), store};
    std::ostringstream lines;
    std::shared_ptr<spdlog::logger> log =
        std::make_shared<spdlog::logger>("heard", std::make_shared<spdlog::sinks::ostream_sink_st>(lines));
};

}  // namespace upkeep_support
