// Random stories between requests, a kernel that takes and gives what it likes, and a model of Redis. The
// rule: whoever is told "stored" is, under that ID; nothing is stored twice; everybody is told once, unless
// he left.
#include <map>
#include <memory>
#include <random>

#include <gmock/gmock.h>

#include "ngx_module/redis/reply_reader.hpp"
#include "ngx_module/store/entry_command.hpp"
#include "ngx_module/store/entry_pipeline.hpp"
#include "shared/resp.hpp"

namespace edge::store {
namespace entry_pipeline_model_test {

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : engine_() % limit; }
    bool one_in(std::size_t n) { return below(n) == 0; }

private:
    std::mt19937 engine_;
};

enum class Rights { all, no_multi, no_exec, no_other_stream };

// One connection's view of a Redis: https://redis.io/docs/latest/develop/using-commands/transactions/
class ModelRedis {
public:
    ModelRedis(Rights rights, Random& random) : rights_(rights), random_(random) {}

    // Returns what it answers.
    std::string take(std::string_view bytes) {
        answers_.clear();
        reader_->feed(bytes);
        while (const auto command = reader_->next()) carry_out(*command);
        EXPECT_FALSE(reader_->failed()) << "not a command: " << reader_->error();
        return answers_;
    }

    void lose_connection() {
        reader_ = std::make_unique<shared::ReplyReader>();
        in_transaction_ = spoilt_ = false;
        queued_.clear();
    }

    const std::multimap<std::string, std::string>& stored() const { return stored_; }  // body's name -> ID
    std::size_t transactions() const { return transactions_; }

private:
    void carry_out(const redisReply& command) {
        ASSERT_EQ(command.type, REDIS_REPLY_ARRAY);
        const auto name = shared::text(*command.element[0]);
        if (name == "MULTI") return multi();
        if (name == "EXEC") return exec();
        ASSERT_EQ(name, "XADD");
        ASSERT_EQ(command.elements, 11u);
        const auto body = shared::text(*command.element[10]);
        xadd(shared::text(*command.element[1]), std::string(body.substr(0, body.find(':'))));
    }

    void multi() {
        if (rights_ == Rights::no_multi) return refuse("NOPERM no multi");
        if (in_transaction_) return refuse("ERR MULTI calls can not be nested");
        in_transaction_ = true;
        answers_ += "+OK\r\n";
    }

    void exec() {
        if (rights_ == Rights::no_exec) return abort("because of: NOPERM no exec");
        if (!in_transaction_) return refuse("ERR EXEC without MULTI");
        in_transaction_ = false;
        if (spoilt_) return abort("because of previous errors.");
        ++transactions_;
        shared::append_array_header(answers_, queued_.size());
        for (const auto& body : std::exchange(queued_, {})) store(body);
    }

    void abort(std::string_view why) {
        in_transaction_ = spoilt_ = false;
        queued_.clear();
        answers_.append("-EXECABORT Transaction discarded ").append(why).append("\r\n");
    }

    void xadd(std::string_view stream, const std::string& body) {
        if (rights_ == Rights::no_other_stream && stream == "other") return refuse("NOPERM no such key");
        if (random_.one_in(20)) return refuse("OOM command not allowed");
        if (!in_transaction_) return store(body);
        queued_.push_back(body);
        answers_ += "+QUEUED\r\n";
    }

    void store(const std::string& body) {
        if (random_.one_in(30)) {
            answers_ += "-WRONGTYPE Operation against a key\r\n";
            return;
        }
        const std::string id = std::to_string(++last_id_) + "-0";
        stored_.emplace(body, id);
        shared::append_bulk(answers_, id);
    }

    void refuse(std::string_view why) {
        spoilt_ = in_transaction_;
        answers_.append("-").append(why).append("\r\n");
    }

    Rights rights_;
    Random& random_;
    std::unique_ptr<shared::ReplyReader> reader_ = std::make_unique<shared::ReplyReader>();
    bool in_transaction_ = false, spoilt_ = false;
    std::vector<std::string> queued_;
    std::multimap<std::string, std::string> stored_;
    unsigned last_id_ = 0;
    std::size_t transactions_ = 0;
    std::string answers_;
};

// A request that waits. Its body is gone as soon as it is told, or leaves.
struct Request final : Observer {
    explicit Request(std::size_t number, std::size_t padding)
        : name(std::to_string(number)),
          body(std::make_unique<std::string>(name + ":" + std::string(padding, 'x'))),
          pieces{std::string_view(*body).substr(0, body->size() / 2),
                 std::string_view(*body).substr(body->size() / 2)} {}

    void on_stored(std::string_view stream_id) noexcept override { end(std::string(stream_id)); }
    void on_not_stored(Result) noexcept override { end("refused"); }
    void end(std::string how) {
        EXPECT_EQ(ending, "") << name << " is told twice";
        ending = std::move(how);
        body.reset();
    }

    std::string name, ending;
    std::unique_ptr<std::string> body;
    std::vector<std::string_view> pieces;
    PendingEntry* pending = nullptr;
};

class Story {
public:
    Story(unsigned seed, Rights rights) : random_(seed), redis_(rights, random_) {}

    void happen(int steps) {
        for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) step();
        while (!pipeline_.empty() && !testing::Test::HasFailure()) {
            send(std::string::npos);
            reach_redis(std::string::npos);
            read(std::string::npos);
        }
    }

    std::size_t transactions() const { return redis_.transactions(); }

    void check() const {
        for (const auto& request : requests_) {
            const auto copies = redis_.stored().count(request->name);
            EXPECT_LE(copies, 1u) << request->name << " is stored twice";
            ASSERT_NE(request->ending, "") << request->name << " was never told";
            if (request->ending == "refused" || request->ending == "left") continue;
            const auto found = redis_.stored().find(request->name);
            ASSERT_NE(found, redis_.stored().end()) << request->name << " was told " << request->ending;
            EXPECT_EQ(found->second, request->ending) << request->name;
        }
    }

private:
    void step() {
        switch (random_.below(12)) {
            case 0:
            case 1:
            case 2:
            case 3:
                return arrive();
            case 4:
            case 5:
                return send(random_.below(40'000));
            case 6:
            case 7:
                return reach_redis(random_.below(40'000));
            case 8:
            case 9:
                return read(random_.below(400));
            case 10:
                return random_.one_in(3) ? leave() : be_late();
            case 11:
                return random_.one_in(8) ? lose_connection() : arrive();
        }
    }

    void arrive() {
        auto& request = *requests_.emplace_back(
            std::make_unique<Request>(requests_.size(), random_.below(random_.one_in(3) ? 12'000 : 50)));
        const std::string_view stream = random_.one_in(5) ? "other" : "stream";
        request.pending = &pipeline_.push({.stream = stream, .t = "1", .received_ms = 2, .key_index = 0},
                                          request.pieces, {&request, &metrics_, now()});
    }

    Clock::time_point now() { return Clock::time_point(std::chrono::seconds(++seconds_)); }

    void send(std::size_t most) {
        std::vector<std::string_view> pieces;
        pipeline_.append_unsent(
            pieces, 1 + random_.below(60),
            random_.one_in(2) ? EntryPipeline::Pace::at_once : EntryPipeline::Pace::one_by_one);
        std::size_t sent = 0;
        for (const auto piece : pieces) {
            const auto taken = std::min(most - sent, piece.size());
            to_redis_ += piece.substr(0, taken);
            sent += taken;
        }
        pipeline_.advance(sent);
    }

    void reach_redis(std::size_t most) {
        from_redis_ += redis_.take(std::string_view(to_redis_).substr(0, most));
        to_redis_.erase(0, most);
    }

    void read(std::size_t most) {
        reader_->feed(std::string_view(from_redis_).substr(0, most));
        from_redis_.erase(0, most);
        while (const redisReply* const reply = reader_->next()) {
            const auto reading = pipeline_.on_reply(*reply);
            for (const auto& outcome : reading.outcomes) settle(outcome);
            if (!reading.problem.empty()) {
                EXPECT_THAT(std::string(reading.problem), testing::HasSubstr("EXEC"));
                return lose_connection();
            }
        }
        EXPECT_FALSE(reader_->failed());
    }

    static void settle(const EntryPipeline::Outcome& outcome) {
        if (!outcome.settles || !outcome.waiter.observer) return;
        if (is_stream_id(*outcome.reply))
            outcome.waiter.observer->on_stored(shared::text(*outcome.reply));
        else
            outcome.waiter.observer->on_not_stored(Result::redis_error);
    }

    static void refuse(const Waiter& waiter) {
        if (waiter.observer) waiter.observer->on_not_stored(Result::redis_unavailable);
    }

    void leave() {
        if (requests_.empty()) return;
        Request& request = *requests_[random_.below(requests_.size())];
        if (!request.ending.empty()) return;
        EXPECT_TRUE(pipeline_.leave(*request.pending));
        request.end("left");
    }

    void be_late() {
        const auto limit =
            Clock::time_point(std::chrono::seconds(seconds_ - static_cast<int>(random_.below(20))));
        for (const auto& waiter : pipeline_.make_late(limit)) refuse(waiter);
    }

    void lose_connection() {
        reach_redis(random_.below(to_redis_.size() + 1));  // some of it arrives all the same
        redis_.lose_connection();
        to_redis_.clear();
        from_redis_.clear();
        reader_ = std::make_unique<redis::ReplyReader>();
        pipeline_.begin_anew();
        const bool all = random_.one_in(2);
        while (const auto waiter = pipeline_.give_up(all)) refuse(*waiter);
    }

    Random random_;
    ModelRedis redis_;
    EntryPipeline pipeline_;
    metrics::ConnectorMetrics metrics_;
    std::vector<std::unique_ptr<Request>> requests_;
    std::unique_ptr<redis::ReplyReader> reader_ = std::make_unique<redis::ReplyReader>();
    std::string to_redis_, from_redis_;
    int seconds_ = 100;
};

void tell_stories(Rights rights) {
    std::size_t transactions = 0;
    for (unsigned seed = 0; seed < 300 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Story story(seed, rights);
        story.happen(400);
        story.check();
        transactions += story.transactions();
    }
    const bool allowed = rights != Rights::no_multi && rights != Rights::no_exec;
    EXPECT_EQ(transactions > 300, allowed) << transactions;
}

TEST(EdgeEntryPipelineModel, StoredIsStored) {
    tell_stories(Rights::all);
}

TEST(EdgeEntryPipelineModel, StoredIsStoredWithoutTheRightToMulti) {
    tell_stories(Rights::no_multi);
}

TEST(EdgeEntryPipelineModel, StoredIsStoredWithoutTheRightToExec) {
    tell_stories(Rights::no_exec);
}

TEST(EdgeEntryPipelineModel, StoredIsStoredThoughAnotherStreamIsForbidden) {
    tell_stories(Rights::no_other_stream);
}

}  // namespace entry_pipeline_model_test
}  // namespace edge::store
