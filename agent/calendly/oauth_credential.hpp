// The credential of a connector that logged in with OAuth: renewed before it expires, once for all processes.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "api/credential.hpp"
#include "calendly/token_server.hpp"
#include "calendly/token_store.hpp"
#include "net/event.hpp"

namespace calendly {

// A refresh token serves once, and the server may use it up without its answer arriving. So a new pair is
// stored before it is used; of a renewal whose answer was lost the old token is tried once more; and when
// that is refused, nothing but a new login helps: it is noticed within `reread`.
class OAuthCredential final : public api::Credential {
public:
    struct Settings {
        std::string connector;
        std::string account;                       // budgets are kept by it
        std::string key;                           // of the seal
        std::chrono::milliseconds reread{10'000};  // how old what is known of the store may be
        std::chrono::milliseconds call_pause{
            10'000};  // between two calls of the token server: 8 a minute are allowed
        std::chrono::milliseconds lock_pause{200};  // before asking again for the lock that another one has
        std::chrono::milliseconds lock_patience{35'000};
    };
    using Time = Tokens::Time;
    using Clock = std::function<Time()>;

    OAuthCredential(
        boost::asio::any_io_executor executor, Settings settings, TokenStore& store, TokenServer& server,
        Clock now = [] { return std::chrono::system_clock::now(); });

    boost::asio::awaitable<api::Answer<std::string>> field() override;
    boost::asio::awaitable<bool> refused(std::string used) override;
    const std::string& account() const noexcept override { return settings_.account; }

    // The last renewal by this process.
    std::optional<Time> renewed_at() const noexcept { return renewed_at_; }

private:
    using Failure = std::optional<api::ApiFailure>;

    boost::asio::awaitable<Failure> read_when_due();
    boost::asio::awaitable<Failure> read();
    boost::asio::awaitable<Failure> renew();
    boost::asio::awaitable<Failure> renew_alone();
    boost::asio::awaitable<Failure> lock(const std::string& stale);
    boost::asio::awaitable<void> unlock();
    boost::asio::awaitable<Failure> ask_server();
    boost::asio::awaitable<Failure> save();
    bool is_usable() const;
    bool needs_renewal() const;

    boost::asio::any_io_executor executor_;
    Settings settings_;
    TokenStore& store_;
    TokenServer& server_;
    Clock now_;

    std::optional<Tokens> tokens_;   // as they are stored
    std::optional<Tokens> unsaved_;  // got from the server, and the store could not be written yet
    std::optional<Time> read_at_;
    std::optional<Time> renewed_at_;
    Time next_call_{};          // of the token server
    std::string refused_;       // the access token that the API refused
    std::string dead_refresh_;  // the refresh token that the server refused
    bool is_renewing_ = false;
    Failure outcome_;  // of the last renewal, for those that waited for it
    net::Event renewed_;
};

}  // namespace calendly
