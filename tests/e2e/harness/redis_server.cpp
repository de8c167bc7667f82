#include "e2e/harness/redis_server.hpp"

#include <cstdlib>
#include <stdexcept>

#include "e2e/harness/free_port.hpp"

namespace harness {

std::string redis_program() {
    const char* const program = std::getenv("REDIS_SERVER");
    return program ? program : "redis-server";
}

RedisServer::RedisServer(const Folder& folder, RedisOptions options)
    : folder_(folder / options.name), options_(std::move(options)) {
    if (options_.tcp) port_ = options_.port ? options_.port : free_port();
    if (options_.tls) tls_port_ = options_.tls->port ? options_.tls->port : free_port();
    std::filesystem::create_directories(folder_);
    start();
}

RedisServer::~RedisServer() {
    if (!process_ || !process_->running()) return;
    thaw();
    process_->signal(SIGTERM);
    try {
        process_->wait();
    } catch (const std::runtime_error&) {
        process_->signal(SIGKILL);
    }
}

std::string RedisServer::url() const {
    return "unix:" + socket_path();
}

std::string RedisServer::tcp_url() const {
    return "redis://" + options_.host + ":" + std::to_string(port_);
}

std::string RedisServer::tls_url(const std::string& host) const {
    return "rediss://" + host + ":" + std::to_string(tls_port_);
}

std::vector<std::string> RedisServer::command() const {
    std::vector<std::string> command = {redis_program(),
                                        "--port",
                                        std::to_string(port_),
                                        "--bind",
                                        options_.host,
                                        "--unixsocket",
                                        socket_path(),
                                        "--unixsocketperm",
                                        "777",
                                        "--dir",
                                        folder_,
                                        "--save",
                                        "",
                                        "--daemonize",
                                        "no",
                                        "--logfile",
                                        "",
                                        "--appendonly",
                                        options_.keep ? "yes" : "no",
                                        "--appendfsync",
                                        "always",
                                        "--repl-diskless-sync-delay",
                                        "0"};
    if (const auto& tls = options_.tls) {
        const std::vector<std::string> more = {
            "--tls-port",         std::to_string(tls_port_),
            "--tls-cert-file",    tls->certificate.file,
            "--tls-key-file",     tls->certificate.key_file,
            "--tls-ca-cert-file", tls->ca_file,
            "--tls-auth-clients", tls->wants_client_certificate ? "yes" : "no"};
        command.insert(command.end(), more.begin(), more.end());
    }
    command.insert(command.end(), options_.arguments.begin(), options_.arguments.end());
    return command;
}

void RedisServer::start() {
    process_.emplace(command(), folder_ / "redis.log");
    wait_until(
        [&] {
            if (!process_->running())
                throw std::runtime_error("redis-server ended: " + read_file(folder_ / "redis.log"));
            return answers();
        },
        "redis-server should answer");
}

bool RedisServer::answers() const try {
    auto connection = client();
    const auto reply = connection.command({"PING"});
    return !shared::text(*reply).starts_with("LOADING");
} catch (const std::runtime_error&) {
    return false;
}

void RedisServer::stop() {
    process_->signal(SIGCONT);
    process_->stop();
}

void RedisServer::kill() {
    process_->stop(SIGKILL);
}

void RedisServer::freeze() {
    process_->signal(SIGSTOP);
}

void RedisServer::thaw() {
    process_->signal(SIGCONT);
}

void RedisServer::follow(const RedisServer& master) {
    auto connection = client();
    connection.text({"REPLICAOF", master.options_.host, std::to_string(master.port_)});
    wait_until(
        [&] {
            const auto replication = connection.text({"INFO", "replication"});
            return replication.find("master_link_status:up") != replication.npos;
        },
        "the replica should be in step");
}

void RedisServer::promote() {
    client().text({"REPLICAOF", "NO", "ONE"});
}

}  // namespace harness
