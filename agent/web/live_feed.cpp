#include "web/live_feed.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "net/interruption.hpp"
#include "operating/shapes.hpp"
#include "redis/error.hpp"
#include "redis/stream_id.hpp"
#include "web/operator_refusal.hpp"
#include "web/operator_values.hpp"

namespace web {

// Of /api/v1/live: its parameters, or what the router refuses.
struct LiveQuestion {
    http::RoutedRequest routed;
    std::optional<http::Response> refusal;
};

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using http::Verb;

constexpr std::size_t read_at_once = 500;
constexpr std::size_t most_in_a_place = 40;  // connectors: the field of a request has its limits

std::string event_text(std::string_view kind, const std::string& data, const std::string& id = "") {
    return fmt::format("{}{}{}event: {}\ndata: {}\n\n", id.empty() ? "" : "id: ", id, id.empty() ? "" : "\n",
                       kind, data);
}

std::string gap_text(json::value connector, std::string_view message) {
    return event_text(
        "gap", json::serialize(json::object{{"connector", std::move(connector)}, {"message", message}}));
}

std::string item_text(const std::string& connector, const redis::StoredTimelineEntry& entry, bool is_revealed,
                      const LivePlace& place) {
    json::object data{{"connector", connector}};
    data["item"] = operating::to_json(entry, is_revealed);
    return event_text("timeline", json::serialize(data), to_text(place));
}

// The status without what changes by itself.
std::string mark_of(json::object status) {
    status.erase("agents");
    if (auto* connectors = status["connectors"].if_array())
        for (auto& connector : *connectors)
            if (auto* object = connector.if_object()) object->erase("rates");
    return json::serialize(status);
}

http::Response event_stream() {
    http::Response response(boost::beast::http::status::ok, 11);
    response.set(http::Field::content_type, "text/event-stream");
    response.set(http::Field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("X-Accel-Buffering", "no");  // nginx passes it on at once
    return response;
}

bool comes_after(const std::string& id, const std::string& other) {
    const auto one = redis::parse_stream_id(id), two = redis::parse_stream_id(other);
    return one && (!two || *two < *one);
}

asio::awaitable<LiveQuestion> route_live(http::Request request) {
    const std::string target(request.target());
    const bool is_head = request.method() == Verb::head;
    LiveQuestion asked;
    http::Router router;
    bool is_matched = false;
    router.add(Verb::get, live_path, [&](http::RoutedRequest routed) -> asio::awaitable<http::Response> {
        is_matched = true;
        asked.routed = std::move(routed);
        co_return event_stream();
    });
    auto response = co_await router.answer(std::move(request));
    if (!is_matched || is_head) asked.refusal = refusal_of_router(std::move(response), target);
    co_return std::move(asked);
}

}  // namespace

std::string to_text(const LivePlace& place) {
    std::string text;
    std::size_t count = 0;
    for (const auto& [connector, id] : place) {
        if (++count > most_in_a_place) break;
        text += fmt::format("{}{}:{}", text.empty() ? "" : ",", connector, id);
    }
    return text;
}

std::optional<LivePlace> parse_live_place(std::string_view text) {
    LivePlace place;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const auto part = text.substr(0, end);
        const auto colon = part.find(':');
        if (colon == part.npos || !redis::parse_stream_id(part.substr(colon + 1))) return std::nullopt;
        place.emplace(part.substr(0, colon), part.substr(colon + 1));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (place.empty()) return std::nullopt;
    return place;
}

// Listed while it listens.
class LiveFeed::Place {
public:
    Place(LiveFeed& feed, Reader& reader) : feed_(feed), number_(reader.number) {
        if (feed_.readers_.size() >= most_readers) feed_.readers_.erase(feed_.readers_.begin());
        feed_.readers_.emplace(number_, &reader);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { feed_.readers_.erase(number_); }

private:
    LiveFeed& feed_;
    std::uint64_t number_;
};

LiveFeed::LiveFeed(asio::any_io_executor executor, Operations operations, OperatorGuard& guard)
    : executor_(executor), operations_(std::move(operations)), guard_(guard), changed_(std::move(executor)) {}

asio::awaitable<std::optional<http::Response>> LiveFeed::answer(http::Request request, http::Stream& stream,
                                                                std::shared_ptr<const void> owner) {
    std::optional<http::Response> refusal;
    try {
        guard_.check_host(request);
        Reader reader;
        if (guard_.check_caller(request) == Caller::page) reader.session = session_in(request).value_or("");
        std::optional<std::string> last_id;
        if (const auto field = request.find("Last-Event-ID"); field != request.end())
            last_id = std::string(field->value());
        auto asked = co_await route_live(std::move(request));
        if (asked.refusal) co_return std::move(asked.refusal);
        allow_parameters(asked.routed, {"reveal"});
        reader.reveals = reveals(asked.routed);
        reader.number = ++readers_ever_;
        co_await serve(reader, std::move(last_id), stream, std::move(owner));
    } catch (const OperatorRefusal& error) {
        refusal = error.answer();
    }
    co_return refusal;
}

void LiveFeed::stop() {
    is_stopped_ = true;
    changed_.set();
}

bool LiveFeed::may_go_on(const Reader& reader) const {
    const bool is_let_in =
        reader.session.empty() || guard_.sessions().lasts_still(reader.session, Clock::now());
    return !is_stopped_ && is_let_in && readers_.contains(reader.number);
}

asio::awaitable<void> LiveFeed::serve(Reader& reader, std::optional<std::string> last_id,
                                      http::Stream& stream, std::shared_ptr<const void> owner) {
    auto head = event_stream();
    bool goes_on = co_await stream.begin(std::move(head));
    if (!goes_on) co_return;
    const Place listed(*this, reader);
    begin_looking(std::move(owner));
    co_await look_at_timelines();  // what comes from here on is news
    reader.next = next_number_;
    reader.place = place_;
    co_await look_at_verdict();
    auto text = verdict_for(reader);
    if (last_id) text += co_await resume(reader, std::move(*last_id));
    for (;;) {
        if (!text.empty()) goes_on = co_await stream.write(std::move(text));
        if (!goes_on || stream.is_ending() || !may_go_on(reader)) co_return;
        text = news_for(reader) + verdict_for(reader);
        if (!text.empty()) continue;
        co_await changed_.wait_until(std::min(reader.verdict_again, Clock::now() + std::chrono::seconds(5)));
    }
}

// What came since, up to where the news go on.
asio::awaitable<std::string> LiveFeed::resume(Reader& reader, std::string last_id) {
    const auto known = parse_live_place(last_id);
    if (!known)
        co_return gap_text(nullptr,
                           "It cannot be read how far was told before; it goes on with what is new.");
    std::string text;
    for (const auto& connector : operations_.connectors()) {
        const auto from = known->find(connector->name);
        if (from == known->end()) {
            text += gap_text(json::string(connector->name),
                             "It is not known how far was told before; the timeline has what is kept.");
            continue;
        }
        std::string trouble;
        redis::TimelineNews news;
        try {
            news = co_await connector->timeline.after(from->second, most_resumed + 1);
        } catch (const redis::Error& error) {
            trouble = error.what();
        } catch (const net::Interrupted&) {
            trouble = "the agent reads its configuration anew";
        }
        const bool is_too_much = news.items.size() > most_resumed;
        if (!trouble.empty() || is_too_much || news.has_gap)
            text +=
                gap_text(json::string(connector->name),
                         trouble.empty() ? "Something of what came meanwhile is left out here; the timeline "
                                           "has what is kept."
                                         : "What came meanwhile cannot be read: " + trouble + ".");
        if (is_too_much) continue;
        auto& place = reader.place[connector->name];
        if (place.empty() || comes_after(from->second, place)) place = from->second;
        for (const auto& entry : news.items) {
            place = entry.id;
            text += item_text(connector->name, entry, reader.reveals, reader.place);
        }
    }
    co_return text;
}

// A reader that was too slow is skipped ahead, and told so.
std::string LiveFeed::news_for(Reader& reader) {
    std::string text;
    if (!news_.empty() && reader.next < news_.front().number) {
        text += gap_text(nullptr, "More happened than could be told; the timeline has all of it.");
        reader.next = news_.front().number;
    }
    for (const auto& news : news_) {
        if (news.number < reader.next) continue;
        reader.next = news.number + 1;
        auto& place = reader.place[news.connector];
        if (!place.empty() && !comes_after(news.entry.id, place)) continue;  // was told when it resumed
        place = news.entry.id;
        text += item_text(news.connector, news.entry, reader.reveals, reader.place);
    }
    return text;
}

std::string LiveFeed::verdict_for(Reader& reader) {
    const auto now = Clock::now();
    if (verdict_.empty() || (reader.seen_verdict == verdict_number_ && now < reader.verdict_again)) return "";
    reader.seen_verdict = verdict_number_;
    reader.verdict_again = now + verdict_anyhow;
    return event_text("verdict", verdict_);
}

void LiveFeed::begin_looking(std::shared_ptr<const void> owner) {
    if (is_looking_ || is_stopped_) return;
    is_looking_ = true;
    place_.clear();
    asio::co_spawn(executor_, look_on(owner), [this, owner](std::exception_ptr failure) {
        is_looking_ = false;
        if (failure) spdlog::error("the live feed of the operators' page ended by an exception");
    });
}

asio::awaitable<void> LiveFeed::look_on(std::shared_ptr<const void>) {
    while (!readers_.empty() && !is_stopped_) {
        co_await look_at_timelines();
        if (Clock::now() >= verdict_at_ + verdict_every) co_await look_at_verdict();
        co_await changed_.wait_until(Clock::now() + look_every);
    }
}

asio::awaitable<void> LiveFeed::look_at_timelines() {
    bool is_news = false;
    for (const auto& connector : operations_.connectors()) {
        const bool found = co_await look_at(connector);
        is_news = is_news || found;
        if (is_stopped_) co_return;
    }
    if (is_news) changed_.notify();
}

// A Redis in trouble is told by the verdict; it goes on where it was.
asio::awaitable<bool> LiveFeed::look_at(operating::OperatedPtr connector) {
    const auto& name = connector->name;
    try {
        const auto known = place_.find(name);
        if (known == place_.end()) {
            auto newest = co_await connector->timeline.newest();
            place_.emplace(name, std::move(newest));
            for (auto& [number, reader] : readers_) reader->place.emplace(name, place_[name]);
            co_return false;
        }
        const auto from = known->second;
        auto news = co_await connector->timeline.after(from, read_at_once);
        if (place_[name] != from) co_return false;  // somebody else has looked meanwhile
        for (auto& entry : news.items) {
            place_[name] = entry.id;
            news_.push_back({next_number_++, name, std::move(entry)});
        }
        while (news_.size() > kept_events) news_.pop_front();
        co_return !news.items.empty();
    } catch (const redis::Error&) {
        co_return false;
    } catch (const net::Interrupted&) {
        co_return false;
    }
}

asio::awaitable<void> LiveFeed::look_at_verdict() {
    verdict_at_ = Clock::now();
    const auto status = co_await operations_.status();
    auto mark = mark_of(status);
    verdict_ = json::serialize(status);
    if (mark == verdict_mark_) co_return;
    verdict_mark_ = std::move(mark);
    ++verdict_number_;
    changed_.notify();
}

}  // namespace web
