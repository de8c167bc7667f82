// What is stored of people, in a real Redis: the commit of several is done for all of them or for none.
#include "e2e/path/on_redis.hpp"
#include "redis/error.hpp"
#include "redis/redis_person_store.hpp"
#include "shared/webhook_entry.hpp"

namespace e2e {
namespace person_store_test {

using namespace std::chrono_literals;

const std::string ada = "ada@example.com", bea = "bea@example.com";

class PathPersonStore : public OnRedis {
protected:
    PathPersonStore() {
        auto redis = redis_.client();
        redis.command({"XGROUP", "CREATE", stream_, redis::group, "0", "MKSTREAM"});
        id_ = redis.text({"XADD", stream_, "*", "body", "{}"});
        redis.command({"XREADGROUP", "GROUP", redis::group, "agent", "STREAMS", stream_, ">"});
    }

    redis::Lease lease_of(const std::string& person) {
        return result_of(store_.acquire(person, redis::ServiceClass::webhook)).lease;
    }
    redis::Commit commit_of_both() {
        return {{{lease_of(ada), "ledger of ada", ""}, {lease_of(bea), "ledger of bea", "progress of bea"}},
                {id_},
                {}};
    }
    bool commit(redis::Commit all) { return result_of(store_.commit(std::move(all))); }

    static std::string key(const std::string& kind, const std::string& person) {
        return shared::connector_key("calendly", kind + ":" + person);
    }
    std::string stored(const std::string& person, const std::string& field) {
        return redis_.client().text({"HGET", key("person", person), field});
    }
    std::int64_t entries() { return redis_.client().integer({"XLEN", stream_}); }

    std::string stream_ = shared::webhooks_key("calendly"), id_;
    std::shared_ptr<redis::Client> client_ = make_client();
    redis::RedisPersonStore store_{*client_, "calendly", "agent", 1h, stream_};
};

TEST_F(PathPersonStore, WritesAllOfThem) {
    EXPECT_TRUE(commit(commit_of_both()));
    EXPECT_EQ(stored(ada, "ledger"), "ledger of ada");
    EXPECT_EQ(stored(bea, "ledger"), "ledger of bea");
    EXPECT_EQ(stored(bea, "progress"), "progress of bea");
    EXPECT_EQ(entries(), 0);
    EXPECT_EQ(redis_.client().integer({"EXISTS", key("lease", ada), key("lease", bea)}), 0);
}

TEST_F(PathPersonStore, WritesNoneWhenOneLeaseIsLost) {
    for (const auto& lost : {ada, bea}) {
        auto all = commit_of_both();
        redis_.client().command({"SET", key("lease", lost), "another agent's"});
        EXPECT_FALSE(commit(std::move(all))) << lost;
        EXPECT_EQ(redis_.client().integer({"EXISTS", key("person", ada), key("person", bea)}), 0) << lost;
        EXPECT_EQ(entries(), 1) << lost;
        redis_.client().command({"DEL", key("lease", lost)});
    }
    EXPECT_TRUE(commit(commit_of_both()));
}

TEST_F(PathPersonStore, WritesNoneWhenOneKeyHoldsSomethingElse) {
    auto all = commit_of_both();
    redis_.client().command({"SET", key("person", bea), "somebody's note"});
    try {
        commit(std::move(all));
        ADD_FAILURE() << "it should say which key is the matter";
    } catch (const redis::BrokenKey& error) {
        EXPECT_NE(std::string(error.what()).find("is a string and should be a hash"), std::string::npos);
        EXPECT_EQ(std::string(error.what()).find(bea), std::string::npos);
    }
    EXPECT_EQ(redis_.client().integer({"EXISTS", key("person", ada)}), 0);
    EXPECT_EQ(entries(), 1);
}

}  // namespace person_store_test
}  // namespace e2e
