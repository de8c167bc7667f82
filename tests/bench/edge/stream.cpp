#include "bench/edge/stream.hpp"

#include <stdexcept>

#include "shared/webhook_entry.hpp"

namespace bench {
namespace {

const std::string key = shared::webhooks_key("calendly");

std::string info(harness::RedisClient& client, const std::string& name) {
    const std::string text = client.text({"INFO", "server"});
    const auto begin = text.find("\r\n" + name + ":");
    if (begin == text.npos) throw std::runtime_error("Redis does not tell its " + name);
    const auto value = begin + name.size() + 3;
    return text.substr(value, text.find('\r', value) - value);
}

}  // namespace

Stream::Stream(harness::RedisOptions options)
    : redis_(folder_, std::move(options)),
      client_(redis_.client()),
      process_(std::stoi(info(client_, "process_id"))),
      version_(info(client_, "redis_version")) {}

std::uint64_t Stream::length() {
    return static_cast<std::uint64_t>(client_.integer({"XLEN", key}));
}

void Stream::remove() {
    client_.integer({"DEL", key});
}

}  // namespace bench
