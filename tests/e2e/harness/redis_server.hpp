#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "e2e/harness/certificate_authority.hpp"
#include "e2e/harness/folder.hpp"
#include "e2e/harness/process.hpp"
#include "e2e/harness/redis_client.hpp"

namespace harness {

// $REDIS_SERVER, else redis-server: the tests hold for any Redis or Valkey.
std::string redis_program();

struct RedisTls {
    Certificate certificate;
    std::string ca_file;  // for its clients' certificates
    bool wants_client_certificate = false;
    std::uint16_t port = 0;  // 0: a free one
};

struct RedisOptions {
    bool tcp = false;   // besides the unix socket
    bool keep = false;  // append-only file, appendfsync always: survives kill() and restart()
    std::vector<std::string> arguments;  // more of redis-server's, e.g. {"--maxmemory", "4mb"}
    std::string name = "redis";          // of its folder
    std::string host = "127.0.0.1";      // for TCP; any 127.x.y.z
    std::uint16_t port = 0;              // for TCP; 0: a free one
    std::optional<RedisTls> tls;         // besides: another port, with TLS
};

// A real redis-server of its own, in <folder>/<name>.
class RedisServer {
public:
    explicit RedisServer(const Folder& folder, RedisOptions options = {});  // started
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;
    ~RedisServer();

    std::string socket_path() const { return (folder_ / "redis.sock").string(); }
    std::uint16_t port() const { return port_; }
    std::uint16_t tls_port() const { return tls_port_; }

    // For calendly_redis: unix:..., redis://..., rediss://...
    std::string url() const;
    std::string tcp_url() const;
    std::string tls_url(const std::string& host = "localhost") const;
    RedisClient client() const { return RedisClient(socket_path()); }

    void start();
    void stop();    // gracefully
    void kill();    // SIGKILL
    void freeze();  // SIGSTOP: connections stay, nothing is answered
    void thaw();

    // Replication over TCP; follow() returns when this one has all that the other one has.
    void follow(const RedisServer& master);
    void promote();

private:
    bool answers() const;
    std::vector<std::string> command() const;
    std::filesystem::path folder_;
    RedisOptions options_;
    std::uint16_t port_ = 0, tls_port_ = 0;
    std::optional<Process> process_;
};

}  // namespace harness
