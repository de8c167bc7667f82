#pragma once

#include <chrono>
#include <string>

#include "redis/client.hpp"
#include "redis/timeline.hpp"

namespace redis {

class RedisTimeline final : public Timeline {
public:
    // `age`: nothing older is shown.
    RedisTimeline(Client& client, std::string connector, std::chrono::milliseconds age)
        : client_(client), connector_(std::move(connector)), age_(age) {}

    boost::asio::awaitable<TimelinePage> page(TimelineFilter filter, std::string cursor,
                                              std::size_t count) override;
    boost::asio::awaitable<TimelineNews> after(std::string id, std::size_t count) override;
    boost::asio::awaitable<std::string> newest() override;

private:
    boost::asio::awaitable<shared::ReplyPtr> run(const Script& script, Arguments values);
    std::string oldest_shown() const;

    Client& client_;
    std::string connector_;
    std::chrono::milliseconds age_;
};

}  // namespace redis
