#include "e2e/harness/redis_server.hpp"

#include <stdexcept>

#include "e2e/harness/free_port.hpp"

namespace harness {

RedisServer::RedisServer(const Folder& folder, RedisOptions options)
    : folder_(folder / "redis"), options_(std::move(options)), port_(options_.tcp ? free_port() : 0) {
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

void RedisServer::start() {
    std::vector<std::string> command = {"redis-server", "--port", std::to_string(port_)};
    const std::vector<std::string> fixed = {
        "--bind",           "127.0.0.1", "--unixsocket", socket_path(),
        "--unixsocketperm", "777",       "--dir",        folder_,
        "--save",           "",          "--daemonize",  "no",
        "--logfile",        "",          "--appendonly", options_.keep ? "yes" : "no",
        "--appendfsync",    "always"};
    command.insert(command.end(), fixed.begin(), fixed.end());
    command.insert(command.end(), options_.arguments.begin(), options_.arguments.end());
    process_.emplace(command, folder_ / "redis.log");
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

}  // namespace harness
