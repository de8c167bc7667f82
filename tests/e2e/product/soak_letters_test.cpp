// A hundred thousand dead letters, as an outage makes them.
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <csignal>

#include "e2e/harness/free_port.hpp"
#include "e2e/harness/process.hpp"
#include "e2e/product/letters_fixture.hpp"

namespace e2e {
namespace soak_letters_test {

using std::chrono::milliseconds;
using testing::Lt;

constexpr std::size_t many = 100'000;

class ManyLetters : public LettersTest {
protected:
    // Nine of ten with one reason. Bodies of about 2 KB.
    void fill() {
        lay();
        auto client = system_->redis().client();
        const auto body =
            R"({"event":"invitee.created","created_at":"2026-10-12T09:00:00Z","payload":{"email":"p)";
        for (std::size_t i = 0; i < many; i += 2000)
            client.integer({"EVAL", R"(
for i = 1, 2000 do
  local n = ARGV[2] + i
  redis.call('XADD', KEYS[1], '*', 't', '1', 'received_ms', '1', 'key', '0', 'body',
    ARGV[1] .. n .. '@example.com","filler":"' .. string.rep('x', 2000) .. '"}}',
    'reason', n % 10 == 0 and 'rare' or 'usual', 'attempts', '1', 'failed_ms', '1',
    'response', n % 10 == 0 and '' or '400 {"code":"x"}', 'origin_id', n .. '-0')
end
return 1)",
                            "1", shared::dead_key("calendly"), body, std::to_string(i)});
        ASSERT_EQ(client.integer({"XLEN", shared::dead_key("calendly")}), static_cast<std::int64_t>(many));
    }

    std::int64_t length(const std::string& key) { return system_->redis().client().integer({"XLEN", key}); }

    // How many different first ids the entries of the webhooks have.
    std::int64_t origins() {
        return system_->redis().client().integer({"EVAL", R"(
local seen, count, from = {}, 0, '-'
while true do
  local entries = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', 1000)
  if #entries == 0 then return count end
  for _, entry in ipairs(entries) do
    for f = 1, #entry[2], 2 do
      if entry[2][f] == 'origin_id' and not seen[entry[2][f + 1]] then
        seen[entry[2][f + 1]] = true
        count = count + 1
      end
    end
    from = '(' .. entry[1]
  end
end)",
                                                  "1", shared::webhooks_key("calendly")});
    }

    // What the command and Redis spend on it, the machine's own load left out; the least of five times.
    milliseconds cpu_of(const std::vector<std::string>& arguments) {
        auto best = milliseconds::max();
        for (int i = 0; i < 5; ++i) {
            const auto before = cpu_of_commands() + cpu_of_redis();
            EXPECT_EQ(run(arguments).exit_code, 0);
            best = std::min(best, cpu_of_commands() + cpu_of_redis() - before);
        }
        std::cerr << arguments.back() << ": " << best.count() << " ms of CPU\n";
        return best;
    }

private:
    static milliseconds cpu_of_commands() {
        struct rusage usage {};
        ::getrusage(RUSAGE_CHILDREN, &usage);
        const auto seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
        const auto rest = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
        return milliseconds(seconds * 1000 + rest / 1000);
    }

    milliseconds cpu_of_redis() {
        const auto info = system_->redis().client().text({"INFO", "cpu"});
        double seconds = 0;
        for (const std::string name : {"used_cpu_user:", "used_cpu_sys:"})
            seconds += std::stod(info.substr(info.find(name) + name.size()));
        return milliseconds(std::llround(seconds * 1000));
    }
};

TEST_F(ManyLetters, TheFirstPageIsThereAtOnceWithAndWithoutAFilter) {
    fill();
    const auto start = cpu_of({"resume"});  // what any command costs
    EXPECT_THAT(cpu_of({"dead", "list", "--json"}) - start, Lt(milliseconds(200)));
    EXPECT_THAT(cpu_of({"dead", "list", "--json", "--reason", "rare"}) - start, Lt(milliseconds(200)));
    EXPECT_THAT(cpu_of({"dead", "list", "--json", "--q", "p100@example.com"}), Lt(milliseconds(5000)))
        << "all of them are looked at";
    const auto groups = run_json({"dead", "list", "--groups"});
    EXPECT_EQ(text_at(groups, "/items/0/count"), "90000");
    EXPECT_EQ(text_at(groups, "/items/1/count"), "10000");
}

TEST_F(ManyLetters, AReplayByReasonThatIsKilledGoesOnAndMovesEachOnce) {
    fill();
    std::vector<std::string> command{
        harness::AgentProcess::program(), "dead", "replay", "--reason", "usual", "--yes"};
    command.insert(command.end(), {"--config", system_->write_configuration()});
    {
        harness::Process replay(command, system_->folder() / "replay.log");
        harness::wait_until([&] { return length(shared::webhooks_key("calendly")) > 5000; },
                            "it should be at work");
        replay.stop(SIGKILL);
    }
    const auto moved = length(shared::webhooks_key("calendly"));
    EXPECT_LT(moved, 90'000) << "it was killed in the middle";
    EXPECT_EQ(moved + length(shared::dead_key("calendly")), static_cast<std::int64_t>(many));
    const auto rest = run_json({"dead", "replay", "--reason", "usual", "--yes"});
    EXPECT_EQ(text_at(rest, "/replayed"), std::to_string(90'000 - moved));
    EXPECT_EQ(length(shared::webhooks_key("calendly")), 90'000);
    EXPECT_EQ(length(shared::dead_key("calendly")), 10'000) << "the others stay";
    EXPECT_EQ(origins(), 90'000);
}

TEST_F(ManyLetters, ThatAreDiscardedAreAllInTheFile) {
    fill();
    const auto file = system_->folder() / "letters.jsonl";
    const auto done = run({"dead", "discard", "--reason", "usual", "--yes", "--export", file.string()});
    EXPECT_EQ(done.exit_code, 0) << done.errors;
    EXPECT_EQ(std::ranges::count(harness::read_file(file), '\n'), 90'000);
    EXPECT_EQ(length(shared::dead_key("calendly")), 10'000);
}

// The same over HTTP, of an agent that is paused: what is replayed stays where it can be counted.
class ManyLettersByHttp : public ManyLetters {
protected:
    void open() {
        fill();
        port_ = start_agent_with_token();
        ASSERT_EQ(ask("POST", "pause", R"({"reason":"counting"})").status, 200u);
    }
    harness::HttpRequest request(const std::string& method, const std::string& what, std::string body = "") {
        return {method,
                "/api/v1/connectors/calendly/" + what,
                {{"Authorization", "Bearer secret"}, {"Content-Type", "application/json"}},
                std::move(body)};
    }
    harness::HttpResponse ask(const std::string& method, const std::string& what, std::string body = "") {
        return harness::send_once(port_, request(method, what, std::move(body)));
    }
    // The least of five times.
    milliseconds time_of(const std::string& what) {
        auto best = milliseconds::max();
        for (int i = 0; i < 5; ++i) {
            const auto begin = std::chrono::steady_clock::now();
            EXPECT_EQ(ask("GET", what).status, 200u);
            best = std::min(
                best, std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin));
        }
        std::cerr << what << ": " << best.count() << " ms\n";
        return best;
    }

    std::uint16_t port_ = 0;
};

TEST_F(ManyLettersByHttp, TheFirstPageIsThereAtOnceWithAndWithoutAFilter) {
    allow_error("");
    open();
    EXPECT_THAT(time_of("dead"), Lt(milliseconds(200)));
    EXPECT_THAT(time_of("dead?reason=rare&status=none"), Lt(milliseconds(200)));
    EXPECT_THAT(time_of("dead/groups"), Lt(milliseconds(200))) << "they are kept for a moment";
    EXPECT_EQ(text_at(json::parse(ask("GET", "dead/groups").body), "/items/0/count"), "90000");
}

TEST_F(ManyLettersByHttp, AReplayByReasonThatIsCutOffGoesOnAndMovesEachOnce) {
    allow_error("");
    open();
    harness::HttpClient client(port_);
    client.send(request("POST", "dead/replay", R"({"filter":{"reason":"usual"},"expect":90000})"));
    harness::wait_until([&] { return length(shared::webhooks_key("calendly")) > 5000; },
                        "it should be at work");
    agent().kill();
    const auto moved = length(shared::webhooks_key("calendly"));
    EXPECT_LT(moved, 90'000) << "it was killed in the middle";
    EXPECT_EQ(moved + length(shared::dead_key("calendly")), static_cast<std::int64_t>(many));
    system_->start_agent();
    const auto wrong = ask("POST", "dead/replay", R"({"filter":{"reason":"usual"},"expect":90000})");
    EXPECT_EQ(wrong.status, 409u);
    const auto left = text_at(json::parse(wrong.body), "/error/count");
    EXPECT_EQ(left, std::to_string(90'000 - moved));
    harness::HttpClient again(port_);
    again.send(request("POST", "dead/replay", R"({"filter":{"reason":"usual"},"expect":)" + left + "}"));
    harness::wait_until([&] { return length(shared::webhooks_key("calendly")) == 90'000; },
                        "the rest should follow", harness::Duration(180'000));
    const auto done = again.receive();
    EXPECT_EQ(text_at(json::parse(done.body), "/replayed"), left);
    EXPECT_EQ(length(shared::webhooks_key("calendly")), 90'000);
    EXPECT_EQ(length(shared::dead_key("calendly")), 10'000) << "the others stay";
    EXPECT_EQ(origins(), 90'000);
}

}  // namespace soak_letters_test
}  // namespace e2e
