#pragma once

#include <string>

#include <openssl/crypto.h>

namespace shared {

inline void wipe(std::string& secret) noexcept {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

// A secret that ends with a scope, however the scope ends.
class WipedAtEnd {
public:
    explicit WipedAtEnd(std::string& secret) noexcept : secret_(secret) {}
    WipedAtEnd(const WipedAtEnd&) = delete;
    WipedAtEnd& operator=(const WipedAtEnd&) = delete;
    ~WipedAtEnd() { wipe(secret_); }

private:
    std::string& secret_;
};

}  // namespace shared
