// The address of a Redis: read, or refused with a reason that tells nothing of what stands before '@'. Input:
// the URL.
#include "shared/redis_url.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

// The same URL with another user, another password.
std::string with_other_secrets(std::string_view url) {
    const auto begin = url.find("://");
    const auto at = url.rfind('@');
    if (url.starts_with("unix:") || begin == url.npos || at == url.npos || at < begin)
        return std::string(url);
    const auto secret = url.substr(begin + 3, at - begin - 3);
    return std::string(url.substr(0, begin + 3)) + fuzz::disguised(secret) + std::string(url.substr(at));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::view(data, size);
    const auto error = fuzz::error_of(shared::parse_redis_url, text);
    fuzz::require(error == fuzz::error_of(shared::parse_redis_url, with_other_secrets(text)),
                  "an error does not depend on what stands before '@'");
    if (!error.empty()) return 0;

    const auto url = shared::parse_redis_url(text);
    const auto address = url.address();
    const auto again = shared::parse_redis_url(url.socket_path.empty() ? "redis://" + address : address);
    fuzz::require(again.host == url.host && again.port == url.port && again.socket_path == url.socket_path,
                  "an address is read as the server that it names");
    fuzz::require(url.socket_path.empty() != url.host.empty() && url.port != 0,
                  "there is somewhere to connect to");
    return 0;
}
