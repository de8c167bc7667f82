// The operators' API over HTTP: /api/v1/..., as openapi/operator.json describes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "http/router.hpp"
#include "operating/connector.hpp"
#include "operating/readiness.hpp"
#include "web/operator_guard.hpp"

namespace web {

// What the operators' side is served from; of one agent.
struct Operations {
    // Of the enabled connectors, in their order.
    std::function<std::vector<operating::OperatedPtr>()> connectors;
    std::function<boost::asio::awaitable<boost::json::object>()> status;
    std::function<operating::Readiness()> readiness;
    std::function<std::chrono::milliseconds()> turned_ago;  // how long ago the event loop turned

    operating::OperatedPtr find(std::string_view name) const;  // null: none of that name
};

// Where a session begins and ends: nobody has one yet.
inline constexpr std::string_view session_path = "/api/v1/session";

struct OperatorRoute {
    http::Verb method;
    std::string_view pattern;
};

class OperatorApi {
public:
    // The groups of dead letters are looked at anew after so long, or when there are more or fewer letters:
    // each look is one at all of them.
    static constexpr std::chrono::seconds groups_kept{3};

    // `guard` must live as long; `peer_field`: where the server says who asks.
    OperatorApi(Operations operations, OperatorGuard& guard, std::string_view peer_field);

    // Of any path under /api/v1/, asked under a name of ours. Errors are JSON. Not of /api/v1/live, which is
    // answered as a stream.
    boost::asio::awaitable<http::Response> answer(http::Request request);

    // What operator.json describes, but for the stream.
    static std::vector<OperatorRoute> routes();

private:
    // A call that was let in, with what it brings.
    struct Call {
        http::RoutedRequest routed;
        boost::json::object body;
        Caller caller = Caller::script;

        std::string captured(std::string_view name) const { return routed.captured.find(name)->second; }
    };
    using Handler = boost::asio::awaitable<http::Response> (OperatorApi::*)(Call);
    enum class Body { none, optional, required };
    struct Entry {
        OperatorRoute route;
        Body body;
        Handler handler;
    };
    static const std::vector<Entry>& table();

    boost::asio::awaitable<http::Response> let_in(const Entry& entry, http::RoutedRequest routed);
    boost::asio::awaitable<http::Response> begin_session(Call call);
    boost::asio::awaitable<http::Response> end_session(Call call);
    boost::asio::awaitable<http::Response> status(Call call);
    boost::asio::awaitable<http::Response> openapi(Call call);
    boost::asio::awaitable<http::Response> timeline(Call call);
    boost::asio::awaitable<http::Response> letters(Call call);
    boost::asio::awaitable<http::Response> letter_groups(Call call);
    boost::asio::awaitable<http::Response> letter(Call call);
    boost::asio::awaitable<http::Response> replay(Call call);
    boost::asio::awaitable<http::Response> discard(Call call);
    boost::asio::awaitable<http::Response> pause(Call call);
    boost::asio::awaitable<http::Response> resume(Call call);
    boost::asio::awaitable<http::Response> repair(Call call);
    boost::asio::awaitable<http::Response> reconcile(Call call);

    operating::OperatedPtr connector_of(const Call& call) const;
    bool is_secure() const;
    std::string who(const Call& call) const;

    Operations operations_;
    OperatorGuard& guard_;
    std::string peer_field_;
    http::Router router_;
    struct KnownGroups {
        std::string json;
        std::uint64_t letters;                 // of the connector, when they were looked at
        std::optional<std::int64_t> since_ms;  // the oldest of them
        std::chrono::steady_clock::time_point until;
    };
    std::map<std::string, KnownGroups> known_groups_;  // by target
};

}  // namespace web
