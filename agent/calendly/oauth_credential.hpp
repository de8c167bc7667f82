// The credential of a connector that logged in with OAuth: renewed before it expires, once for all processes.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "api/credential.hpp"
#include "calendly/login_state.hpp"
#include "calendly/token_server.hpp"
#include "calendly/token_store.hpp"
#include "net/event.hpp"
#include "net/interruption.hpp"

namespace calendly {

// What an operator does about a login that is lost.
inline constexpr auto log_in_again = "log in again: calendly-brevo auth login";

// A refresh token serves once, and the server may use it up without its answer arriving. So a new pair is
// stored before it is used; of a renewal whose answer was lost the old token is tried once more; and when
// that is refused, which is stored, too, nothing but a new login helps: it is noticed within 10 seconds.
class OAuthCredential final : public api::Credential {
public:
    struct Settings {
        std::string connector;
        std::string account;  // of a login that does not say who it is
        std::function<std::string()>
            key;  // of the seal; throws std::invalid_argument that says what is wrong
        std::chrono::milliseconds reread{4000};        // how old what is known of the store may be
        std::chrono::milliseconds probe{5000};         // while nobody has logged in: before looking again
        std::chrono::milliseconds call_pause{10'000};  // after a call of the token server that failed
        std::chrono::milliseconds distrust{60'000};    // see refused()
        std::chrono::milliseconds look_again{1000};    // while another process renews what still serves
        std::chrono::milliseconds lock_pause{200};  // before asking again for the lock that another one has
        std::chrono::milliseconds lock_patience{35'000};
    };
    using Time = Tokens::Time;
    using Clock = std::function<Time()>;

    // `interruption` ends the wait for the lock.
    OAuthCredential(
        net::Interruption& interruption, Settings settings, TokenStore& store, TokenServer& server,
        Clock now = [] { return std::chrono::system_clock::now(); });

    // Both throw net::Interrupted.
    boost::asio::awaitable<api::Answer<std::string>> field() override;
    // One renewal, whoever makes it. A token that is refused, too, so soon after it came of a refusal is not
    // renewed again for a while: it is not its age that the API minds.
    boost::asio::awaitable<bool> refused(std::string used) override;
    // The user's, see account_of(); whoever logs in next has another one.
    const std::string& account() const noexcept override { return account_; }
    bool knows_account() const noexcept override { return tokens_.has_value(); }

    // As field(): renews when it is time. For whoever watches over the login while nobody calls the API.
    boost::asio::awaitable<api::Answer<LoginState>> check();

    // What was stored when it was looked at last.
    const std::optional<Tokens>& tokens() const noexcept { return tokens_; }

private:
    using Failure = std::optional<api::ApiFailure>;

    // A pair that the server gave for a refresh token.
    struct Renewed {
        Tokens tokens;
        std::string instead_of;
    };
    class Renewing;

    boost::asio::awaitable<Failure> read_when_due();
    boost::asio::awaitable<Failure> read();
    boost::asio::awaitable<Failure> renew();
    boost::asio::awaitable<Failure> renew_alone();
    boost::asio::awaitable<api::Answer<bool>> lock(std::string stale);
    boost::asio::awaitable<void> unlock();
    boost::asio::awaitable<Failure> ask_server();
    boost::asio::awaitable<Failure> take_call();
    boost::asio::awaitable<void> note_refusal(Tokens tokens);
    boost::asio::awaitable<Failure> save();
    boost::asio::awaitable<void> put(Tokens tokens, std::string instead_of);
    api::ApiFailure parked(const std::string& why) const;
    api::ApiFailure not_renewable() const;
    std::optional<Tokens> opened(const std::optional<std::string>& sealed) const;
    void know(std::optional<Tokens> stored);
    bool is_usable() const;
    bool needs_renewal() const;
    bool is_worth_a_call() const;

    net::Interruption& interruption_;
    Settings settings_;
    TokenStore& store_;
    TokenServer& server_;
    Clock now_;

    std::optional<Tokens> tokens_;    // as they are stored
    std::string account_ = settings_.account;
    std::optional<Renewed> unsaved_;  // got from the server, and the store could not be written yet
    std::optional<Time> read_at_;
    Time next_call_{};         // of the token server
    std::string refused_;      // the access token that the API refused
    std::string on_trial_;     // the one that came of that
    Time trial_ends_{};        // until then a refusal of that one is believed
    Time distrusted_until_{};  // since it was
    bool is_renewing_ = false;
    Failure outcome_;  // of the last renewal, for those that waited for it
    net::Event renewed_;
};

}  // namespace calendly
