// Where the OAuth tokens of a connector are kept, for all processes on all machines that use it.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace calendly {

// The store cannot be had now: it is asked again later.
struct TokenStoreError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Calendly allows each user so many calls of its token server.
inline constexpr std::size_t token_calls_a_minute = 8;

// What is stored is sealed. All throw TokenStoreError.
class TokenStore {
public:
    virtual ~TokenStore() = default;

    // Nothing when nobody has logged in.
    virtual boost::asio::awaitable<std::optional<std::string>> read() = 0;
    // Durable when it returns.
    virtual boost::asio::awaitable<void> write(std::string sealed) = 0;
    // Likewise, but only when `former` is still what is stored. False: it is not, and nothing was written.
    virtual boost::asio::awaitable<bool> replace(std::string former, std::string sealed) = 0;
    virtual boost::asio::awaitable<void> erase() = 0;

    // Whether this process is the one that may renew the tokens now. The lock of a process that died ends by
    // itself, within half a minute.
    virtual boost::asio::awaitable<bool> try_lock() = 0;
    virtual boost::asio::awaitable<void> unlock() = 0;

    // Whether the token server may be called now; then this is one of the `token_calls_a_minute` of all
    // processes. For whoever has the lock.
    virtual boost::asio::awaitable<bool> take_call() = 0;
};

}  // namespace calendly
