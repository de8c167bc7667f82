// A pipeline of entries, what it has to send, and what Redis's replies come to.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include "ngx_module/store/entry_pipeline.hpp"

namespace edge::store {
namespace entry_pipeline_support {

using Pieces = std::vector<std::string_view>;

struct Listener : Observer {
    void on_stored(std::string_view) noexcept override {}
    void on_not_stored(Result) noexcept override {}
};

inline redisReply reply(int type, std::string_view text = {}) {
    redisReply made{};
    made.type = type;
    made.str = const_cast<char*>(text.data());
    made.len = static_cast<decltype(made.len)>(text.size());
    return made;
}

inline const redisReply status = reply(REDIS_REPLY_STATUS, "OK"), error = reply(REDIS_REPLY_ERROR, "ERR no"),
                        id = reply(REDIS_REPLY_STRING, "1-1"),
                        no_right = reply(REDIS_REPLY_ERROR, "NOPERM this user has no permissions"),
                        no_exec = reply(REDIS_REPLY_ERROR,
                                        "EXECABORT Transaction discarded because of: NOPERM this");

inline std::size_t count(const std::string& text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
    return n;
}

class EdgeEntryPipeline : public testing::Test {
protected:
    static Clock::time_point at(int second) { return Clock::time_point(std::chrono::seconds(second)); }

    PendingEntry& push(const Pieces& body, std::string_view stream = "s", int second = 0) {
        return pipeline_.push({.stream = stream, .t = "1", .received_ms = 2, .key_index = 0}, body,
                              {&observer_, &metrics_, at(second)});
    }

    void push_large(std::size_t many, std::string_view stream = "s") {
        for (std::size_t i = 0; i < many; ++i) push(large_, stream);
    }

    std::string unsent(EntryPipeline::Pace pace = EntryPipeline::Pace::at_once) {
        Pieces pieces;
        pipeline_.append_unsent(pieces, 10'000, pace);
        std::string text;
        for (const auto piece : pieces) text += piece;
        return text;
    }

    void send_all() { pipeline_.advance(unsent().size()); }

    // Where the reply sends entries; settles none.
    std::optional<shared::RedisRedirection> redirected(const redisReply& answer) {
        const auto reading = pipeline_.on_reply(answer);
        EXPECT_EQ(reading.problem, "");
        EXPECT_THAT(reading.outcomes, testing::IsEmpty());
        return reading.redirection;
    }
    // The other node's.
    static std::string unsent_of(EntryPipeline& other) {
        Pieces pieces;
        other.append_unsent(pieces, 10'000);
        std::string text;
        for (const auto piece : pieces) text += piece;
        other.advance(text.size());
        return text;
    }

    // How many deliveries a reply settles; the connection stays usable.
    std::size_t settled(const redisReply& answer) {
        const auto reading = pipeline_.on_reply(answer);
        EXPECT_EQ(reading.problem, "");
        return static_cast<std::size_t>(
            std::ranges::count_if(reading.outcomes, &EntryPipeline::Outcome::settles));
    }

    const Pieces first_ = {"first"}, second_ = {"second"}, third_ = {"third"};
    const std::string body_ = std::string(9000, 'x');
    const Pieces large_ = {body_};
    Listener observer_;
    metrics::ConnectorMetrics metrics_;
    EntryPipeline pipeline_;
};

}  // namespace entry_pipeline_support
}  // namespace edge::store
