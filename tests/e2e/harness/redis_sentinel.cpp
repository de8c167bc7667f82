#include "e2e/harness/redis_sentinel.hpp"

#include <stdexcept>

#include "e2e/harness/free_port.hpp"

namespace harness {
namespace {

constexpr const char* watched = "edge";

// With less than two of its PINGs' intervals it would see failures on a busy machine that are none.
constexpr const char* patience_ms = "2000";

std::string configuration(const std::filesystem::path& folder, std::uint16_t port,
                          std::uint16_t master_port) {
    const std::string name = watched;
    return "bind 127.0.0.1\nport " + std::to_string(port) + "\ndir " + folder.string() +  //
           "\nsentinel monitor " + name + " 127.0.0.1 " + std::to_string(master_port) + " 1" +
           "\nsentinel down-after-milliseconds " + name + " " + patience_ms +  //
           "\nsentinel failover-timeout " + name + " 3000\n";
}

}  // namespace

RedisSentinel::RedisSentinel(const Folder& folder, const RedisServer& master) : port_(free_port()) {
    const auto own = folder / "sentinel";
    std::filesystem::create_directories(own);
    write_file(own / "sentinel.conf", configuration(own, port_, master.port()));
    process_.emplace(std::vector<std::string>{"redis-server", own / "sentinel.conf", "--sentinel"},
                     own / "sentinel.log");
    wait_until([&] { return answers() && knows_a_good_replica(); }, "Sentinel should know the replica");
}

bool RedisSentinel::answers() const try {
    RedisClient(port_).text({"PING"});
    return true;
} catch (const std::runtime_error&) {
    return false;
}

// A reply of SENTINEL is an array of replicas, each an array of names and values.
bool RedisSentinel::knows_a_good_replica() const {
    const auto reply = RedisClient(port_).command({"SENTINEL", "REPLICAS", watched});
    if (reply->elements != 1) return false;
    const redisReply& replica = *reply->element[0];
    for (std::size_t i = 0; i + 1 < replica.elements; i += 2)
        if (shared::text(*replica.element[i]) == "master-link-status")
            return shared::text(*replica.element[i + 1]) == "ok";
    return false;
}

std::uint16_t RedisSentinel::master_port() const {
    const auto reply = RedisClient(port_).command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", watched});
    return static_cast<std::uint16_t>(std::stoi(std::string(shared::text(*reply->element[1]))));
}

}  // namespace harness
