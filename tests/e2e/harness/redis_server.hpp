#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/process.hpp"
#include "e2e/harness/redis_client.hpp"

namespace harness {

struct RedisOptions {
    bool tcp = false;   // besides the unix socket
    bool keep = false;  // append-only file, appendfsync always: survives kill() and restart()
    std::vector<std::string> arguments;  // more of redis-server's, e.g. {"--maxmemory", "4mb"}
};

// A real redis-server of its own, in <folder>/redis.
class RedisServer {
public:
    explicit RedisServer(const Folder& folder, RedisOptions options = {});  // started
    ~RedisServer();

    std::string socket_path() const { return (folder_ / "redis.sock").string(); }
    std::uint16_t port() const { return port_; }
    std::string url() const;  // unix:..., for calendly_redis
    RedisClient client() const { return RedisClient(socket_path()); }

    void start();
    void stop();    // gracefully
    void kill();    // SIGKILL
    void freeze();  // SIGSTOP: connections stay, nothing is answered
    void thaw();

private:
    bool answers() const;
    std::filesystem::path folder_;
    RedisOptions options_;
    std::uint16_t port_ = 0;
    std::optional<Process> process_;
};

}  // namespace harness
