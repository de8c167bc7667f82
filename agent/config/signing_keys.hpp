// The keys that webhooks are signed with: of a connector's file, which nginx reads as well, or its literal
// one.
#pragma once

#include <string>
#include <vector>

#include "config/configuration.hpp"

namespace config {

// nginx's file. Comments, order, owner and mode stay as they are when a key is added or removed; whoever
// reads sees the old text or the new one, and the new one is on disk before it is seen.
class SigningKeyFile {
public:
    explicit SigningKeyFile(std::string path) : path_(std::move(path)) {}

    const std::string& path() const noexcept { return path_; }

    // The newest last; none when there is no file or no key in it. Throws Error, like all of these.
    std::vector<std::string> keys() const;
    // At the end; makes the file, 0600, when there is none.
    void append(const std::string& key) const;
    // Gives how many of them were there. The last one stays: nginx refuses a file without a key.
    std::size_t remove(const std::vector<std::string>& keys) const;
    // Whether this process may replace it.
    bool is_writable() const;

private:
    std::string path_;
};

// 32 random bytes in hex.
std::string make_signing_key();

// What a key may be called in Redis and in messages: it tells nothing of the key.
std::string fingerprint(const std::string& key);

// The newest last; none when none is configured or the file has none. Throws Error.
std::vector<std::string> signing_keys(const Webhook& webhook);

}  // namespace config
