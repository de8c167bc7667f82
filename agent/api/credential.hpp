// What an API knows its caller by: a token or a key, perhaps one that is renewed now and then.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"

namespace api {

class Credential {
public:
    virtual ~Credential() = default;

    // The credential field's whole value, for the next call: "Bearer <token>". May be renewed before it
    // expires. A failure is that of the call: `retry` while it cannot be renewed, `park` when a person must
    // act.
    virtual boost::asio::awaitable<Answer<std::string>> field() = 0;

    // The API answered `used` with a 401. True when another value counts now: the call is made once more.
    // Else the API is parked, for what field() says then, if it fails.
    virtual boost::asio::awaitable<bool> refused(std::string used) = 0;

    // Whom the calls belong to, the same for all its values: budgets are kept by it. May be a secret: only
    // its hash is written anywhere.
    virtual const std::string& account() const noexcept = 0;

    // False: only field() finds that out.
    virtual bool knows_account() const noexcept { return true; }
};

// A personal token or an API key: always the same. Leaves nothing of it in memory.
class StaticCredential final : public Credential {
public:
    // `scheme` goes before the secret: "Bearer ". `account`: see account(); "": nothing but the secret tells
    // it.
    explicit StaticCredential(std::string secret, std::string_view scheme = {}, std::string account = {})
        : secret_(std::move(secret)), field_(std::string(scheme) + secret_), account_(std::move(account)) {}
    StaticCredential(const StaticCredential&) = delete;
    StaticCredential& operator=(const StaticCredential&) = delete;
    ~StaticCredential() override;

    boost::asio::awaitable<Answer<std::string>> field() override { co_return field_; }
    boost::asio::awaitable<bool> refused(std::string) override { co_return false; }
    const std::string& account() const noexcept override { return account_.empty() ? secret_ : account_; }

private:
    std::string secret_;
    std::string field_;
    std::string account_;
};

}  // namespace api
