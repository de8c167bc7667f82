#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <sys/types.h>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/redis_server.hpp"

namespace bench {

// The stream that the candidates feed, in a Redis of its own.
class Stream {
public:
    explicit Stream(harness::RedisOptions options);

    std::string url() const { return redis_.url(); }
    pid_t process() const { return process_; }
    const std::string& redis_version() const { return version_; }
    void freeze() { redis_.freeze(); }
    void thaw() { redis_.thaw(); }

    std::uint64_t length();
    std::uint64_t history_length();  // of the other stream of the agent
    void remove();
    std::uint64_t dead();  // dead letters
    bool has_group();      // the agent's

    void remove_everything();  // of all keys
    std::uint64_t memory();    // bytes that Redis uses

    std::string socket_path() const { return redis_.socket_path(); }
    harness::RedisClient& client() { return client_; }

private:
    harness::Folder folder_;
    harness::RedisServer redis_;
    harness::RedisClient client_;
    pid_t process_;
    std::string version_;
};

}  // namespace bench
