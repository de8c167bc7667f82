// 10,000 posts of bots from 500 addresses, beside humans who book: real nginx with the ready block as it is
// shipped, behind a proxy that says who asks; the agent, Redis, the sandbox's Calendly.
#include <atomic>
#include <cstdio>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "e2e/harness/process_facts.hpp"
#include "e2e/product/scheduling_fixture.hpp"

namespace e2e {
namespace product_soak_bots_test {

constexpr int bot_posts = 10'000;
constexpr int bot_addresses = 500;
constexpr int humans = 30;
constexpr int threads = 4;
constexpr const char* type = "DISCOVERYCALL001";

// As README and conf/nginx/booking.conf say, for a site behind a proxy.
constexpr const char* shipped_zones =
    "limit_req_zone $binary_remote_addr zone=booking:1m rate=10r/s;"
    "limit_req_zone $binary_remote_addr zone=booking_posts:1m rate=10r/m;"
    "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For; real_ip_recursive on;";

std::string bot_address(int n) {
    return "203.0." + std::to_string(n / 250) + "." + std::to_string(1 + n % 250);
}
// Humans have the first 40 starts; bots with tokens of their own try another one each time.
std::size_t start_of(int address, int round) {
    return static_cast<std::size_t>(address < 3 ? 40 + address * 20 + round
                                                : 100 + (address * 7 + round * 3) % 50);
}
std::string human_address(int n) {
    return "198.51.100." + std::to_string(1 + n);
}

class SoakBots : public SchedulingTest {
protected:
    struct Answers {
        std::mutex mutex;
        std::map<std::string, std::map<unsigned, int>> by_kind;
        void note(const std::string& kind, unsigned status) {
            const std::lock_guard lock(mutex);
            ++by_kind[kind][status];
        }
    };

    harness::HttpResponse from(const std::string& address, harness::HttpRequest request) {
        request.headers.emplace_back("X-Forwarded-For", address);
        return ask(std::move(request));
    }
    std::string token_for(const std::string& address, const std::string& of = type) {
        const auto answer = from(address, {"GET", "/v1/scheduling/form-token?event_type=" + of, {}, ""});
        EXPECT_EQ(answer.status, 200u) << answer.body;
        return text_at(body_of(answer), "/token");
    }
    harness::HttpResponse post_from(const std::string& address, const std::string& key,
                                    const std::string& token, const json::object& body) {
        return from(
            address,
            {"POST",
             "/v1/scheduling/bookings",
             {{"Content-Type", "application/json"}, {"Idempotency-Key", key}, {"X-Form-Token", token}},
             json::serialize(body)});
    }
    std::int64_t number_at(const char* key) {
        const auto reply = system_->redis().client().command({"GET", key});
        return reply->type == REDIS_REPLY_STRING ? std::atoll(reply->str) : reply->integer;
    }
    std::size_t keys_of_scheduling() {
        return system_->redis().client().command({"KEYS", "calendly:*scheduling:*"})->elements;
    }
    // Of the whole account, today: two when the day ends meanwhile.
    std::int64_t counted_today() {
        const auto keys = system_->redis().client().command({"KEYS", "calendly:*bookings:2*"});
        std::int64_t all = 0;
        for (std::size_t i = 0; i < keys->elements; ++i) all += number_at(keys->element[i]->str);
        return all;
    }

    // A person: looks at the page, types, times; fills in the form; books, and again when the answer says so.
    void be_human(int n) {
        const auto address = human_address(n);
        for (const auto* path : {"/book/calendly", "/book/assets/main.js", "/v1/scheduling/event-types"})
            ASSERT_EQ(from(address, {"GET", path, {}, ""}).status, 200u) << path;
        const auto times =
            from(address, {"GET", std::string("/v1/scheduling/available-times?event_type=") + type, {}, ""});
        ASSERT_EQ(times.status, 200u) << times.body;
        const auto token = token_for(address);
        std::this_thread::sleep_for(std::chrono::milliseconds(3100));
        const auto made = post_from(
            address, "key-of-a-human-" + std::to_string(n), token,
            booking(starts_.at(static_cast<std::size_t>(n)), "human" + std::to_string(n) + "@example.org"));
        EXPECT_EQ(made.status, 201u) << n << ": " << made.body;
        human_answers_.note("human", made.status);
    }

    std::vector<std::string> starts_;
    Answers human_answers_;
    Answers bot_answers_;
};

// What the bots try. Of each kind it is known how many bookings it comes to.
struct BotKind {
    std::string name;
    int first, last;  // addresses
    int bookings;     // that the limits leave to it
};

TEST_F(SoakBots, TenThousandPostsOfBotsBookNoMoreThanTheLimitsSayAndHumansStillBook) {
    open("", shipped_zones);
    const auto times = body_of(get(std::string("/v1/scheduling/available-times?event_type=") + type));
    for (const auto& time : times.at("times").as_array()) starts_.push_back(text_at(time, "/start"));
    ASSERT_GT(starts_.size(), 150u);
    // Real tokens, as bots can fetch them, too: 3 addresses have as many as they like; one token is shared by
    // 50; 20 addresses book for one person.
    const std::vector<BotKind> kinds = {{"many tokens", 0, 3, 15}, {"one token", 3, 53, 1},
                                        {"one e-mail", 53, 73, 3}, {"forged", 73, 200, 0},
                                        {"none", 200, 300, 0},     {"of another type", 300, 400, 0},
                                        {"too early", 400, 500, 0}};
    std::map<int, std::deque<std::string>> tokens;
    for (int i = 0; i < 3; ++i)
        for (int k = 0; k < 40; ++k) tokens[i].push_back(token_for(bot_address(i)));
    const auto shared = token_for(bot_address(3));
    for (int i = 53; i < 73; ++i)
        for (int k = 0; k < 20; ++k) tokens[i].push_back(token_for(bot_address(i)));
    const auto foreign = token_for(bot_address(300), "PRODUCTDEMO00002");
    std::this_thread::sleep_for(std::chrono::milliseconds(3200));

    const auto kind_of = [&](int address) {
        for (const auto& kind : kinds)
            if (address < kind.last) return kind.name;
        return std::string("none");
    };
    std::mutex mutex;
    const auto token_of = [&](const std::string& kind, int address) -> std::string {
        if (kind == "forged")
            return "1764355200000.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        if (kind == "none") return "";
        if (kind == "of another type") return foreign;
        if (kind == "one token") return shared;
        if (kind == "too early") return token_for(bot_address(address));
        const std::lock_guard lock(mutex);
        auto& own = tokens[address];
        if (own.empty()) return "";
        auto token = own.front();
        own.pop_front();
        return token;
    };
    std::size_t memory_before = 0;
    std::atomic<int> next{0};
    const auto bots = [&] {
        for (int n = next++; n < bot_posts; n = next++) {
            const int address = n % bot_addresses;
            const auto kind = kind_of(address);
            const auto person = kind == "one e-mail" ? std::string("one@example.org")
                                                     : "bot" + std::to_string(n) + "@example.org";
            const auto start = starts_.at(start_of(address, n / bot_addresses));
            const auto answer = post_from(bot_address(address), "key-of-one-of-the-bots-" + std::to_string(n),
                                          token_of(kind, address), booking(start, person));
            bot_answers_.note(kind, answer.status);
        }
    };
    const auto begun = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> all;
        for (int i = 0; i < threads; ++i) all.emplace_back(bots);
        all.emplace_back([&] {
            harness::wait_until([&] { return next >= bot_posts / 5; }, "a fifth of the posts",
                                std::chrono::minutes(5));
            memory_before = harness::anonymous_memory(agent().id());
        });
        for (int i = 0; i < 3; ++i)
            all.emplace_back([this, i] {
                for (int n = i; n < humans; n += 3) be_human(n);
            });
    }
    const auto took = std::chrono::steady_clock::now() - begun;

    const auto memory_after = harness::anonymous_memory(agent().id());
    int booked_by_bots = 0;
    for (const auto& kind : kinds) {
        auto& answers = bot_answers_.by_kind[kind.name];
        std::string line;
        for (const auto& [status, count] : answers) {
            line += " " + std::to_string(status) + ": " + std::to_string(count);
            EXPECT_TRUE(status == 201 || status == 403 || status == 409 || status == 429)
                << kind.name << line;
        }
        std::printf("bots, %-16s%s\n", kind.name.c_str(), line.c_str());
        EXPECT_EQ(answers[201], kind.bookings) << kind.name;
        booked_by_bots += kind.bookings;
    }
    EXPECT_EQ(human_answers_.by_kind["human"][201], humans);
    EXPECT_EQ(booked(), static_cast<std::size_t>(humans + booked_by_bots));
    EXPECT_EQ(posts(), booked()) << "Calendly was asked for nothing else";
    EXPECT_EQ(counted_today(), humans + booked_by_bots) << "of 80 that daily_share leaves";
    EXPECT_LT(keys_of_scheduling(), 10u * static_cast<std::size_t>(humans + booked_by_bots))
        << "what bots try leaves nothing in Redis";
    if (!harness::is_sanitized(agent().id())) {
        EXPECT_LT(memory_after, memory_before + (4u << 20)) << "bytes of the agent's own";
    }
    std::printf(
        "%d posts of bots in %.1f s, %d bookings of bots, %d of humans, agent's memory %zu -> %zu KB\n",
        bot_posts, std::chrono::duration<double>(took).count(), booked_by_bots, humans, memory_before >> 10,
        memory_after >> 10);
}

}  // namespace product_soak_bots_test
}  // namespace e2e
