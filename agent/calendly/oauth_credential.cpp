#include "calendly/oauth_credential.hpp"

#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "calendly/parse.hpp"
#include "calendly/stored_tokens.hpp"
#include "net/deadline.hpp"
#include "text/seal.hpp"

namespace calendly {
namespace {

namespace asio = boost::asio;

constexpr auto log_in = "log in again: calendly-brevo auth login";

api::ApiFailure failure(api::Remedy remedy, std::string reason) {
    api::ApiFailure failure;
    failure.remedy = remedy;
    failure.reason = std::move(reason);
    return failure;
}

api::ApiFailure parked(const std::string& why) {
    auto parked = failure(api::Remedy::park, why + "; " + log_in);
    parked.status = 401;
    return parked;
}

}  // namespace

OAuthCredential::OAuthCredential(asio::any_io_executor executor, Settings settings, TokenStore& store,
                                 TokenServer& server, Clock now)
    : executor_(executor),
      settings_(std::move(settings)),
      store_(store),
      server_(server),
      now_(std::move(now)),
      renewed_(std::move(executor)) {}

bool OAuthCredential::is_usable() const {
    return tokens_ && now_() < tokens_->expires() && tokens_->access_token != refused_;
}

bool OAuthCredential::needs_renewal() const {
    return !is_usable() || now_() >= tokens_->renew_at();
}

asio::awaitable<api::Answer<std::string>> OAuthCredential::field() {
    if (unsaved_) {
        if (auto trouble = co_await save()) co_return *trouble;
    }
    if (auto trouble = co_await read_when_due(); trouble && !is_usable()) co_return *trouble;
    if (!tokens_) co_return parked("nobody has logged in to Calendly");
    // While a renewal failed a moment ago, what is still good serves.
    if (needs_renewal() && (now_() >= next_call_ || !is_usable())) {
        auto trouble = co_await renew();
        if (trouble && !is_usable()) co_return *trouble;
    }
    co_return "Bearer " + tokens_->access_token;
}

// Another process may have renewed them, or a person logged in anew.
asio::awaitable<bool> OAuthCredential::refused(std::string used) {
    constexpr std::string_view scheme = "Bearer ";
    const auto token = used.substr(std::min(scheme.size(), used.size()));
    if (tokens_ && tokens_->access_token != token) co_return true;
    refused_ = token;
    co_await read();
    if (!is_usable()) co_await renew();
    co_return is_usable();
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::read_when_due() {
    if (read_at_ && now_() - *read_at_ < settings_.reread) co_return std::nullopt;
    auto trouble = co_await read();
    co_return trouble;
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::read() {
    try {
        const auto sealed = co_await store_.read();
        read_at_ = now_();
        tokens_.reset();
        if (sealed) tokens_ = open_tokens(*sealed, settings_.key, settings_.connector);
        co_return std::nullopt;
    } catch (const TokenStoreError& error) {
        co_return failure(api::Remedy::retry, error.what());
    } catch (const text::SealError& error) {
        co_return parked(std::string("the stored tokens cannot be opened: ") + error.what());
    } catch (const ShapeError& error) {
        co_return parked(error.what());
    }
}

// One at a time in this process; whoever comes meanwhile takes the result.
asio::awaitable<OAuthCredential::Failure> OAuthCredential::renew() {
    if (is_renewing_) {
        while (is_renewing_) co_await renewed_.wait();
        co_return outcome_;
    }
    is_renewing_ = true;
    renewed_.clear();
    outcome_ = co_await renew_alone();
    is_renewing_ = false;
    renewed_.set();
    co_return outcome_;
}

asio::awaitable<OAuthCredential::Failure> OAuthCredential::renew_alone() {
    const auto stale = tokens_ ? tokens_->access_token : std::string();
    if (auto trouble = co_await lock(stale)) co_return trouble;
    if (!needs_renewal()) co_return std::nullopt;  // another process did it
    auto outcome = co_await ask_server();
    co_await unlock();
    co_return outcome;
}

// Has the lock and knows what is stored, or knows newer tokens and has no lock.
asio::awaitable<OAuthCredential::Failure> OAuthCredential::lock(const std::string& stale) {
    const auto give_up = std::chrono::steady_clock::now() + settings_.lock_patience;
    for (;;) {
        bool is_locked = false;
        try {
            is_locked = co_await store_.try_lock();
        } catch (const TokenStoreError& error) {
            co_return failure(api::Remedy::retry, error.what());
        }
        auto trouble = co_await read();
        const bool is_renewed = !trouble && tokens_ && tokens_->access_token != stale && !needs_renewal();
        if (is_locked && (trouble || is_renewed)) co_await unlock();
        if (is_locked || trouble || is_renewed) co_return trouble;
        if (std::chrono::steady_clock::now() >= give_up)
            co_return failure(api::Remedy::retry, "another process has been renewing the token for too long");
        asio::steady_timer pause(executor_, settings_.lock_pause);
        co_await pause.async_wait(net::as_result);
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
    if (!tokens_) co_return parked("nobody has logged in to Calendly");
    const auto refresh_token = tokens_->refresh_token;
    if (refresh_token == dead_refresh_) co_return parked("Calendly refuses to renew the token");
    if (now_() < next_call_)
        co_return failure(api::Remedy::retry, "the token could not be renewed; the next attempt follows");
    auto renewed = co_await server_.refresh(refresh_token);
    if (!renewed) next_call_ = now_() + settings_.call_pause;
    if (renewed) {
        unsaved_ = std::move(*renewed);
        renewed_at_ = now_();
        auto trouble = co_await save();
        co_return trouble;
    }
    if (renewed.error().remedy != api::Remedy::park) co_return renewed.error();
    dead_refresh_ = refresh_token;
    co_return parked(renewed.error().reason);
}

// Nothing is used before it is stored: a crash would lose the only refresh token that is still good.
asio::awaitable<OAuthCredential::Failure> OAuthCredential::save() {
    try {
        co_await store_.write(seal_tokens(*unsaved_, settings_.key, settings_.connector));
    } catch (const TokenStoreError& error) {
        co_return failure(api::Remedy::retry,
                          std::string("the renewed token cannot be stored: ") + error.what());
    }
    tokens_ = std::exchange(unsaved_, std::nullopt);
    read_at_ = now_();
    co_return std::nullopt;
}

}  // namespace calendly
