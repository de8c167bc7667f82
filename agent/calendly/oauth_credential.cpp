#include "calendly/oauth_credential.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "calendly/parse.hpp"
#include "calendly/personal_token.hpp"
#include "calendly/stored_tokens.hpp"
#include "calendly/timestamp.hpp"
#include "text/seal.hpp"

namespace calendly {
namespace {

namespace asio = boost::asio;

constexpr auto nobody = "nobody has logged in to Calendly";

api::ApiFailure try_again(std::string reason) {
    api::ApiFailure failure;
    failure.reason = std::move(reason);
    return failure;
}

}  // namespace

// One at a time in this process; whoever comes meanwhile waits for its end, however that comes.
class OAuthCredential::Renewing {
public:
    explicit Renewing(OAuthCredential& owner) : owner_(owner) {
        owner_.is_renewing_ = true;
        owner_.renewed_.clear();
        owner_.outcome_ = try_again("the renewal of the token was interrupted");
    }
    Renewing(const Renewing&) = delete;
    Renewing& operator=(const Renewing&) = delete;
    ~Renewing() {
        owner_.is_renewing_ = false;
        owner_.renewed_.set();
    }

private:
    OAuthCredential& owner_;
};

OAuthCredential::OAuthCredential(net::Interruption& interruption, Settings settings, TokenStore& store,
                                 TokenServer& server, Clock now)
    : interruption_(interruption),
      settings_(std::move(settings)),
      store_(store),
      server_(server),
      now_(std::move(now)),
      renewed_(interruption.executor()) {}

api::ApiFailure OAuthCredential::parked(const std::string& why) const {
    auto failure = try_again(why + "; " + log_in_again);
    failure.remedy = api::Remedy::park;
    failure.probe = settings_.probe;
    return failure;
}

api::ApiFailure OAuthCredential::not_renewable() const {
    return parked("Calendly does not renew the token any more (its refresh token is used up or revoked)");
}

bool OAuthCredential::is_usable() const {
    return tokens_ && now_() < tokens_->expires() && tokens_->access_token != refused_;
}

bool OAuthCredential::needs_renewal() const {
    return !is_usable() || now_() >= tokens_->renew_at();
}

// While a renewal failed a moment ago, or always will, what is still good serves.
bool OAuthCredential::is_worth_a_call() const {
    return needs_renewal() && !tokens_->is_refused && (now_() >= next_call_ || !is_usable());
}

asio::awaitable<api::Answer<std::string>> OAuthCredential::field() {
    if (unsaved_) {
        if (auto trouble = co_await save()) co_return *trouble;
    }
    if (auto trouble = co_await read_when_due(); trouble && !is_usable()) co_return *trouble;
    if (!tokens_) co_return parked(nobody);
    if (tokens_->access_token == refused_ && now_() < distrusted_until_)
        co_return parked("Calendly refuses a token that it gave a moment ago");
    if (is_worth_a_call()) {
        auto trouble = co_await renew();
        if (trouble && !is_usable()) co_return *trouble;
    }
    if (is_usable()) co_return "Bearer " + tokens_->access_token;
    if (!tokens_) co_return parked(nobody);
    if (tokens_->is_refused) co_return not_renewable();
    co_return try_again("the login was changed while its token was renewed");
}

// Another process may have renewed them, or a person logged in anew.
asio::awaitable<bool> OAuthCredential::refused(std::string used) {
    constexpr std::string_view scheme = "Bearer ";
    const auto token = used.substr(std::min(scheme.size(), used.size()));
    if (tokens_ && tokens_->access_token != token) co_return true;
    refused_ = token;
    const bool is_on_trial = token == on_trial_ && now_() < trial_ends_;
    co_await read();
    if (!is_usable() && is_on_trial) {
        distrusted_until_ = now_() + settings_.distrust;
        co_return false;
    }
    if (!is_usable() && tokens_ && !tokens_->is_refused) co_await renew();
    if (!is_usable()) co_return false;
    on_trial_ = tokens_->access_token;
    trial_ends_ = now_() + settings_.distrust;
    co_return true;
}

asio::awaitable<api::Answer<LoginState>> OAuthCredential::check() {
    auto value = co_await field();
    if (!value) co_return value.error();
    LoginState state;
    state.id = fmt::format("{} {}", tokens_->owner, tokens_->logged_in.time_since_epoch().count());
    if (tokens_->is_refused)
        state.problem = fmt::format(
            "{} and serves until {} only; {}", "the Calendly token cannot be renewed any more",
            to_string(std::chrono::floor<std::chrono::microseconds>(tokens_->expires())), log_in_again);
    co_return state;
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::read_when_due() {
    if (read_at_ && now_() - *read_at_ < settings_.reread) co_return std::nullopt;
    if (tokens_) read_at_ = now_();  // whoever comes meanwhile goes by what is known
    auto trouble = co_await read();
    co_return trouble;
}

std::optional<Tokens> OAuthCredential::opened(const std::optional<std::string>& sealed) const {
    if (!sealed) return std::nullopt;
    return open_tokens(*sealed, settings_.key(), settings_.connector);
}

void OAuthCredential::know(std::optional<Tokens> stored) {
    tokens_ = std::move(stored);
    if (!tokens_) return;
    const auto& owner = tokens_->owner;
    account_ = owner.empty() ? settings_.account : account_of(owner.substr(owner.rfind('/') + 1));
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::read() {
    try {
        const auto sealed = co_await store_.read();
        read_at_ = now_();
        tokens_.reset();
        know(opened(sealed));
        co_return std::nullopt;
    } catch (const TokenStoreError& error) {
        co_return try_again(error.what());
    } catch (const text::SealError& error) {
        co_return parked(std::string("the stored tokens cannot be opened: ") + error.what());
    } catch (const ShapeError& error) {
        co_return parked(error.what());
    } catch (const std::invalid_argument& error) {
        co_return parked(std::string("the key of the stored tokens cannot be used: ") + error.what());
    }
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::renew() {
    if (is_renewing_) {
        while (is_renewing_) co_await renewed_.wait();
        co_return outcome_;
    }
    const Renewing renewing(*this);
    auto outcome = co_await renew_alone();
    outcome_ = outcome;
    co_return outcome;
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::renew_alone() {
    const auto stale = tokens_ ? tokens_->access_token : std::string();
    const auto is_locked = co_await lock(stale);
    if (!is_locked) co_return is_locked.error();
    if (!*is_locked) co_return std::nullopt;  // another process did it, or does
    auto outcome = co_await ask_server();
    co_await unlock();
    co_return outcome;
}

// True: this process has the lock and knows what is stored. False: it has none, and needs none: there are
// newer tokens, or those that are known serve while another process renews them.
asio::awaitable<api::Answer<bool>> OAuthCredential::lock(std::string stale) {
    const auto give_up = std::chrono::steady_clock::now() + settings_.lock_patience;
    for (;;) {
        bool is_locked = false;
        try {
            is_locked = co_await store_.try_lock();
        } catch (const TokenStoreError& error) {
            co_return try_again(error.what());
        }
        auto trouble = co_await read();
        const bool is_renewed = !trouble && tokens_ && tokens_->access_token != stale && !needs_renewal();
        if (is_locked && (trouble || is_renewed)) co_await unlock();
        if (trouble) co_return *trouble;
        if (is_renewed) co_return false;
        if (is_locked) co_return true;
        if (is_usable()) {
            next_call_ = now_() + settings_.look_again;
            co_return false;
        }
        if (std::chrono::steady_clock::now() >= give_up)
            co_return try_again("another process has been renewing the token for too long");
        co_await interruption_.sleep(settings_.lock_pause);
    }
}

asio::awaitable<void> OAuthCredential::unlock() {
    try {
        co_await store_.unlock();
    } catch (const TokenStoreError&) {
        // The lock ends by itself.
    }
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::ask_server() {
    if (!tokens_) co_return parked(nobody);
    const auto former = *tokens_;
    if (former.is_refused) co_return not_renewable();
    if (auto trouble = co_await take_call()) co_return trouble;
    auto renewed = co_await server_.refresh(former.refresh_token);
    if (renewed) {
        renewed->logged_in = former.logged_in;
        if (renewed->scopes.empty()) renewed->scopes = former.scopes;
        if (renewed->owner.empty()) renewed->owner = former.owner;
        if (renewed->organization.empty()) renewed->organization = former.organization;
        unsaved_ = Renewed{std::move(*renewed), former.refresh_token};
        auto trouble = co_await save();
        co_return trouble;
    }
    next_call_ = now_() + settings_.call_pause;
    if (renewed.error().remedy != api::Remedy::park) co_return renewed.error();
    co_await note_refusal(former);
    if (is_usable()) co_return std::nullopt;
    co_return parked(renewed.error().reason);
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::take_call() {
    if (now_() < next_call_) co_return try_again("the token could not be renewed; the next attempt follows");
    try {
        const bool may_call = co_await store_.take_call();
        if (may_call) co_return std::nullopt;
    } catch (const TokenStoreError& error) {
        co_return try_again(error.what());
    }
    next_call_ = now_() + settings_.call_pause;
    co_return try_again(
        fmt::format("{} calls of Calendly's token server were made within a minute, more are not "
                    "allowed; the next attempt follows",
                    token_calls_a_minute));
}

// So that no other process, and none after a restart, asks for it again.
asio::awaitable<void> OAuthCredential::note_refusal(Tokens tokens) {
    const auto refresh_token = tokens.refresh_token;
    tokens.is_refused = true;
    if (tokens_ && tokens_->refresh_token == refresh_token) tokens_->is_refused = true;
    try {
        co_await put(std::move(tokens), refresh_token);
    } catch (const TokenStoreError&) {
        // It is asked for once more then.
    }
}

// Nothing is used before it is stored: a crash would lose the only refresh token that is still good.
asio::awaitable<OAuthCredential::Failure> OAuthCredential::save() {
    try {
        co_await put(unsaved_->tokens, unsaved_->instead_of);
    } catch (const TokenStoreError& error) {
        co_return try_again(std::string("the renewed token cannot be stored: ") + error.what());
    }
    unsaved_.reset();
    co_return std::nullopt;
}

// Unless something else came into the store meanwhile: a new login, or what another process got when this one
// was so slow that its lock had ended. Then that is what counts.
asio::awaitable<void> OAuthCredential::put(Tokens tokens, std::string instead_of) {
    try {
        for (bool is_done = false; !is_done;) {
            const auto sealed = co_await store_.read();
            const auto stored = opened(sealed);
            if (!stored || stored->refresh_token != instead_of) {
                know(stored);
                break;
            }
            auto anew = seal_tokens(tokens, settings_.key(), settings_.connector);
            is_done = co_await store_.replace(*sealed, std::move(anew));
            if (is_done) know(tokens);
        }
        read_at_ = now_();
    } catch (const text::SealError&) {
        tokens_.reset();
    } catch (const ShapeError&) {
        tokens_.reset();
    } catch (const std::invalid_argument& error) {
        throw TokenStoreError(error.what());  // of the key's file
    }
}

}  // namespace calendly
