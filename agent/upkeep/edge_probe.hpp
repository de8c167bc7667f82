// Whether a delivery reaches an agent through the public URL: a signed one must be accepted, a forged one
// must not.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "net/interruption.hpp"
#include "redis/upkeep_store.hpp"

namespace upkeep {

struct EdgeAnswer {
    unsigned status = 0;  // HTTP; 0: none came
    std::string trouble;  // why none came, one line
};

// Where webhooks are sent to, as seen from here.
class Edge {
public:
    virtual ~Edge() = default;

    // `signature`: the header's value. Each time on a connection of its own; redirections are not followed.
    virtual boost::asio::awaitable<EdgeAnswer> post(std::string body, std::string signature) = 0;
};

class HttpEdge final : public Edge {
public:
    // `url` with its query. Throws std::invalid_argument when it is no https:// URL (http:// on loopback).
    HttpEdge(boost::asio::any_io_executor executor, std::string url);
    ~HttpEdge() override;

    boost::asio::awaitable<EdgeAnswer> post(std::string body, std::string signature) override;

private:
    struct Place;

    boost::asio::any_io_executor executor_;
    std::unique_ptr<Place> place_;
};

struct ProbeResult {
    EdgeAnswer genuine;  // to the one that was signed with a key
    EdgeAnswer forged;   // to the one that was signed with none of them
    // Whether an agent read the genuine one; nothing: it was not waited for, or Redis could not be asked.
    std::optional<bool> has_arrived;

    bool is_accepted() const noexcept { return genuine.status == 200; }
    bool is_guarded() const noexcept { return forged.status == 401; }
    bool is_well() const noexcept { return is_accepted() && is_guarded() && has_arrived.value_or(true); }
};

// What is wrong, one line; "" when nothing is.
std::string describe(const ProbeResult& result);

class EdgeProbe {
public:
    EdgeProbe(Edge& edge, redis::UpkeepStore& store, net::Interruption& interruption)
        : edge_(edge), store_(store), interruption_(interruption) {}

    // Both, with `key`; then waits up to `patience` until an agent has read the genuine one. Throws
    // Interrupted.
    boost::asio::awaitable<ProbeResult> send(std::string key, std::chrono::milliseconds patience);

    // The answer to a genuine one alone. `id`: its id, where somebody wants to know. A 503, with which nginx
    // answers while it has no connection to Redis, is asked again twice.
    boost::asio::awaitable<EdgeAnswer> send_genuine(std::string key, std::string* id = nullptr);

    // The newest of the keys, which stand in the order of their age, that the edge accepts. Nothing: none.
    // `last`: the answer that decided.
    boost::asio::awaitable<std::optional<std::string>> newest_accepted(std::vector<std::string> keys,
                                                                       EdgeAnswer& last);

private:
    boost::asio::awaitable<EdgeAnswer> send_once(std::string key, std::string id);
    boost::asio::awaitable<std::optional<bool>> await_arrival(std::string id,
                                                              std::chrono::milliseconds patience);

    Edge& edge_;
    redis::UpkeepStore& store_;
    net::Interruption& interruption_;
};

}  // namespace upkeep
