#include "e2e/harness/redis_sentinel.hpp"

#include <cstdlib>
#include <stdexcept>

#include "e2e/harness/free_port.hpp"

namespace harness {
namespace {

// With less than two of its PINGs' intervals it would see failures on a busy machine that are none.
constexpr const char* patience_ms = "2000";

std::string sentinel_program() {
    const char* const program = std::getenv("REDIS_SENTINEL");
    return program ? program : redis_program();
}

std::string listening(std::uint16_t port, const std::optional<RedisTls>& tls) {
    if (!tls) return "port " + std::to_string(port) + "\n";
    return "port 0\ntls-port " + std::to_string(port) + "\ntls-cert-file " + tls->certificate.file +
           "\ntls-key-file " + tls->certificate.key_file + "\ntls-ca-cert-file " + tls->ca_file +
           "\ntls-auth-clients " + (tls->wants_client_certificate ? "yes" : "no") + "\ntls-replication yes\n";
}

std::string configuration(const std::filesystem::path& folder, std::uint16_t port,
                          const SentinelOptions& options, const RedisServer& master) {
    const std::string name = RedisSentinel::master_name;
    const auto master_port = std::to_string(options.tls ? master.tls_port() : master.port());
    const std::string password = options.password.empty() ? "" : "requirepass " + options.password + "\n";
    return "bind 127.0.0.1\n" + listening(port, options.tls) + password + "dir " + folder.string() +  //
           "\nsentinel monitor " + name + " 127.0.0.1 " + master_port + " 1" +
           "\nsentinel down-after-milliseconds " + name + " " + patience_ms +  //
           "\nsentinel failover-timeout " + name + " 3000\n";
}

}  // namespace

RedisSentinel::RedisSentinel(const Folder& folder, const RedisServer& master, SentinelOptions options)
    : folder_(folder / "sentinel"), options_(std::move(options)), port_(free_port()) {
    std::filesystem::create_directories(folder_);
    write_file(folder_ / "sentinel.conf", configuration(folder_, port_, options_, master));
    process_.emplace(std::vector<std::string>{sentinel_program(), folder_ / "sentinel.conf", "--sentinel"},
                     folder_ / "sentinel.log");
    wait_until([&] { return is_ready(); }, "Sentinel should know its servers");
}

bool RedisSentinel::is_ready() {
    const auto log = read_file(folder_ / "sentinel.log");
    if (!process_->running()) throw std::runtime_error("Sentinel ended: " + log);
    return log.find("+monitor master") != log.npos && (!options_.has_replica || knows_a_good_replica());
}

// A reply of SENTINEL is an array of replicas, each an array of names and values.
bool RedisSentinel::knows_a_good_replica() const {
    const auto reply = RedisClient(port_).command({"SENTINEL", "REPLICAS", master_name});
    if (reply->elements != 1) return false;
    const redisReply& replica = *reply->element[0];
    for (std::size_t i = 0; i + 1 < replica.elements; i += 2)
        if (shared::text(*replica.element[i]) == "master-link-status")
            return shared::text(*replica.element[i + 1]) == "ok";
    return false;
}

std::uint16_t RedisSentinel::master_port() const {
    const auto reply = RedisClient(port_).command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master_name});
    return static_cast<std::uint16_t>(std::stoi(std::string(shared::text(*reply->element[1]))));
}

}  // namespace harness
