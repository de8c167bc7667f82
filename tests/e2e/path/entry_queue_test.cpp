// The queue on a real Redis: what it says of an agent that has nothing to do.
#include <thread>

#include "e2e/path/on_redis.hpp"
#include "redis/redis_entry_queue.hpp"

namespace e2e {
namespace entry_queue_test {

using namespace std::chrono_literals;

class PathEntryQueue : public OnRedis {
protected:
    std::chrono::milliseconds idle() {
        const auto reply = redis_.client().command({"XINFO", "CONSUMERS", key_, redis::group});
        const auto& fields = *reply->element[0];
        for (std::size_t at = 0; at + 1 < fields.elements; at += 2)
            if (shared::text(*fields.element[at]) == "idle")
                return std::chrono::milliseconds(fields.element[at + 1]->integer);
        return std::chrono::milliseconds::max();
    }

    std::string key_ = shared::webhooks_key("calendly");
    std::shared_ptr<redis::Client> blocking_ = make_client(), client_ = make_client();
    redis::RedisEntryQueue queue_{*blocking_, *client_, key_, "agent"};
};

// doctor and others go by that. Before Redis 7.2 a read that waits and brings nothing is no sign of life.
TEST_F(PathEntryQueue, AnAgentWithoutWorkShowsThatItIsAlive) {
    result_of(queue_.ensure_group());
    redis_.client().command({"XADD", key_, "*", "body", "{}"});
    result_of(queue_.read_new(1, 100ms));
    std::this_thread::sleep_for(300ms);
    EXPECT_GE(idle(), 300ms);
    result_of(queue_.refresh({}));
    EXPECT_LT(idle(), 300ms);
    EXPECT_EQ(redis_.client().command({"XPENDING", key_, redis::group})->element[0]->integer, 1)
        << "and nothing else has changed";
}

}  // namespace entry_queue_test
}  // namespace e2e
