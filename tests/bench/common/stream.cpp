#include "bench/common/stream.hpp"

#include <stdexcept>

#include "shared/webhook_entry.hpp"

namespace bench {
namespace {

const std::string key = shared::webhooks_key("calendly");

std::string info(harness::RedisClient& client, const std::string& section, const std::string& name) {
    const std::string text = client.text({"INFO", section});
    const auto begin = text.find("\r\n" + name + ":");
    if (begin == text.npos) throw std::runtime_error("Redis does not tell its " + name);
    const auto value = begin + name.size() + 3;
    return text.substr(value, text.find('\r', value) - value);
}

}  // namespace

Stream::Stream(harness::RedisOptions options)
    : redis_(folder_, std::move(options)),
      client_(redis_.client()),
      process_(std::stoi(info(client_, "server", "process_id"))),
      version_(info(client_, "server", "redis_version")) {}

std::uint64_t Stream::length() {
    return static_cast<std::uint64_t>(client_.integer({"XLEN", key}));
}

std::uint64_t Stream::history_length() {
    return static_cast<std::uint64_t>(client_.integer({"XLEN", shared::history_key("calendly")}));
}

void Stream::remove() {
    client_.integer({"DEL", key});
}

std::uint64_t Stream::dead() {
    return static_cast<std::uint64_t>(client_.integer({"XLEN", shared::dead_key("calendly")}));
}

bool Stream::has_group() {
    const auto reply = client_.command({"XINFO", "GROUPS", key});
    return reply->type == REDIS_REPLY_ARRAY && reply->elements > 0;
}

void Stream::remove_everything() {
    client_.text({"FLUSHALL"});
}

std::uint64_t Stream::memory() {
    return std::stoull(info(client_, "memory", "used_memory"));
}

}  // namespace bench
