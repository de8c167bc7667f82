// What happens, as it happens: GET /api/v1/live, server-sent events `timeline`, `verdict` and `gap`. All
// readers share one look at Redis and a bounded memory of the last events; there is none without readers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "http/stream.hpp"
#include "net/event.hpp"
#include "web/operator_api.hpp"
#include "web/operator_guard.hpp"

namespace web {

inline constexpr std::string_view live_path = "/api/v1/live";

// How far each connector's timeline was told: the id of an event. "sales:1795898400000-0,support:0-0"
using LivePlace = std::map<std::string, std::string, std::less<>>;
std::string to_text(const LivePlace& place);
// Nothing when it cannot be read.
std::optional<LivePlace> parse_live_place(std::string_view text);

class LiveFeed {
public:
    static constexpr std::size_t most_readers = 32;  // one more ends the one that was there longest
    static constexpr std::size_t kept_events = 500;
    static constexpr std::size_t most_resumed = 500;
    static constexpr std::chrono::milliseconds look_every{250};
    static constexpr std::chrono::seconds verdict_every{1}, verdict_anyhow{15};

    // `guard` must live as long.
    LiveFeed(boost::asio::any_io_executor executor, Operations operations, OperatorGuard& guard);

    // Until the reader has had enough, its session ends, or stop(). A refusal is given back. `owner` keeps
    // this alive until nothing of it runs any more.
    boost::asio::awaitable<std::optional<http::Response>> answer(http::Request request, http::Stream& stream,
                                                                 std::shared_ptr<const void> owner = {});

    void stop();

private:
    struct News {
        std::uint64_t number;
        std::string connector;
        redis::StoredTimelineEntry entry;
    };
    // Somebody who listens.
    struct Reader {
        std::uint64_t number = 0;  // the later came, the higher
        bool reveals = false;
        std::string session;  // "": the token was borne
        LivePlace place{};
        std::uint64_t next = 0;  // of the news
        std::uint64_t seen_verdict = 0;
        std::chrono::steady_clock::time_point verdict_again{};
    };
    class Place;

    boost::asio::awaitable<void> serve(Reader& reader, std::optional<std::string> last_id,
                                       http::Stream& stream, std::shared_ptr<const void> owner);
    boost::asio::awaitable<std::string> resume(Reader& reader, std::string last_id);
    std::string news_for(Reader& reader);
    std::string verdict_for(Reader& reader);
    bool may_go_on(const Reader& reader) const;
    void begin_looking(std::shared_ptr<const void> owner);
    boost::asio::awaitable<void> look_on(std::shared_ptr<const void> owner);
    boost::asio::awaitable<void> look_at_timelines();
    boost::asio::awaitable<bool> look_at(operating::OperatedPtr connector);
    boost::asio::awaitable<void> look_at_verdict();

    boost::asio::any_io_executor executor_;
    Operations operations_;
    OperatorGuard& guard_;
    net::Event changed_;
    std::map<std::uint64_t, Reader*> readers_;
    std::uint64_t readers_ever_ = 0;
    std::deque<News> news_;
    std::uint64_t next_number_ = 1;
    LivePlace place_;  // how far was looked
    std::string verdict_, verdict_mark_;
    std::uint64_t verdict_number_ = 0;
    std::chrono::steady_clock::time_point verdict_at_{};
    bool is_looking_ = false;
    bool is_stopped_ = false;
};

}  // namespace web
