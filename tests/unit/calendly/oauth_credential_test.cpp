// One renewal for all processes, and never a token that is not stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "calendly/oauth_credential.hpp"
#include "calendly/personal_token.hpp"
#include "calendly/stored_tokens.hpp"
#include "text/seal.hpp"

namespace oauth_credential_test {

using namespace calendly;
using namespace std::chrono_literals;
using testing::HasSubstr;
namespace asio = boost::asio;

const std::string key(text::seal_key_size, 'k');

// One store that all processes share.
class MemoryStore final : public TokenStore {
public:
    asio::awaitable<std::optional<std::string>> read() override {
        if (is_down) throw TokenStoreError("the store is down");
        co_return sealed;
    }
    asio::awaitable<void> write(std::string text) override {
        co_await asio::post(asio::use_awaitable);
        if (is_down || writes_fail) throw TokenStoreError("the store is full");
        sealed = std::move(text);
    }
    asio::awaitable<bool> replace(std::string former, std::string text) override {
        co_await asio::post(asio::use_awaitable);
        if (is_down || writes_fail) throw TokenStoreError("the store is full");
        if (sealed != former) co_return false;
        sealed = std::move(text);
        co_return true;
    }
    asio::awaitable<void> erase() override {
        sealed.reset();
        co_return;
    }
    asio::awaitable<bool> try_lock() override {
        if (is_down) throw TokenStoreError("the store is down");
        co_return !std::exchange(is_locked, true);
    }
    asio::awaitable<void> unlock() override {
        is_locked = false;
        co_return;
    }

    asio::awaitable<bool> take_call() override {
        if (calls_left == 0) co_return false;
        --calls_left;
        co_return true;
    }

    std::optional<std::string> sealed;
    bool is_locked = false, is_down = false, writes_fail = false;
    std::size_t calls_left = 1000;
};

// Calendly's: each refresh token serves once, without grace.
class StrictServer final : public TokenServer {
public:
    explicit StrictServer(Tokens::Time& now) : now_(now) {}

    asio::awaitable<api::Answer<Tokens>> redeem(Pkce, std::string) override { co_return issue(); }
    asio::awaitable<api::Answer<Tokens>> refresh(std::string token) override {
        ++calls;
        co_await asio::post(asio::use_awaitable);
        api::ApiFailure failure;
        failure.reason = "no answer";
        if (is_down) co_return failure;
        if (before_answer) before_answer();
        if (good.erase(token) == 0) {
            failure.remedy = api::Remedy::park;
            failure.reason = "Calendly answered invalid_grant";
            co_return failure;
        }
        auto tokens = issue();
        if (std::exchange(loses_next_answer, false)) co_return failure;
        co_return tokens;
    }
    asio::awaitable<api::Answer<bool>> revoke(std::string) override { co_return true; }

    Tokens issue() {
        const auto number = std::to_string(++issued_);
        good.insert("refresh" + number);
        return {"access" + number, "refresh" + number, "users:read", "U", "O", now_, 7200s, now_};
    }

    std::set<std::string> good;
    int calls = 0;
    bool is_down = false, loses_next_answer = false;
    std::function<void()> before_answer;

private:
    Tokens::Time& now_;
    int issued_ = 0;
};

class OAuthCredentialTest : public testing::Test {
protected:
    OAuthCredentialTest() { log_in(); }

    void log_in() { store.sealed = seal_tokens(server.issue(), key, "calendly"); }

    std::unique_ptr<OAuthCredential> make() {
        OAuthCredential::Settings settings;
        settings.connector = "calendly";
        settings.account = "app";
        settings.key = [this] {
            if (!has_key) throw std::invalid_argument("/etc/token.key: No such file or directory");
            return key;
        };
        settings.lock_pause = 1ms;
        settings.lock_patience = 1s;
        return std::make_unique<OAuthCredential>(interruption, settings, store, server,
                                                 [this] { return now; });
    }

    template <typename T>
    T run(asio::awaitable<T> work) {
        std::optional<T> result;
        const auto on_end = [&](std::exception_ptr error, T value) {
            if (error) std::rethrow_exception(error);
            result.emplace(std::move(value));
        };
        asio::co_spawn(io, std::move(work), on_end);
        io.restart();
        io.run_for(10s);
        if (!result) throw std::runtime_error("not done in time");
        return std::move(*result);
    }
    std::string field(OAuthCredential& one) {
        auto field = run(one.field());
        return field ? *field : "failed: " + field.error().reason;
    }
    api::Remedy remedy(OAuthCredential& one) { return run(one.field()).error().remedy; }

    Tokens stored() { return open_tokens(*store.sealed, key, "calendly"); }

    asio::io_context io;
    net::Interruption interruption{io.get_executor()};
    bool has_key = true;
    Tokens::Time now{1'800'000'000s};
    StrictServer server{now};
    MemoryStore store;
    std::unique_ptr<OAuthCredential> made = make();
    OAuthCredential& credential = *made;
};

TEST_F(OAuthCredentialTest, WhatIsStoredServesUntilFourFifthsOfItsLife) {
    EXPECT_EQ(field(credential), "Bearer access1");
    now += 95min;
    EXPECT_EQ(field(credential), "Bearer access1");
    EXPECT_EQ(server.calls, 0);
    now += 1min;
    EXPECT_EQ(field(credential), "Bearer access2");
    EXPECT_EQ(open_tokens(*store.sealed, key, "calendly").access_token, "access2");
    EXPECT_FALSE(store.is_locked);
}

// Of whoever logged in, whatever the token and the connector: it is known once the store was read.
TEST_F(OAuthCredentialTest, BudgetsAreTheUsers) {
    EXPECT_FALSE(credential.knows_account());
    field(credential);
    EXPECT_TRUE(credential.knows_account());
    EXPECT_EQ(credential.account(), account_of("U"));
    now += 121min;
    EXPECT_EQ(field(credential), "Bearer access2");
    EXPECT_EQ(credential.account(), account_of("U")) << "a renewal is the same user's";
    auto another = server.issue();
    another.owner = "https://api.calendly.com/users/BEA";
    store.sealed = seal_tokens(another, key, "calendly");
    now += 5s;
    EXPECT_EQ(field(credential), "Bearer access3");
    EXPECT_EQ(credential.account(), account_of("BEA"));
    another.owner.clear();
    store.sealed = seal_tokens(another, key, "calendly");
    now += 5s;
    field(credential);
    EXPECT_EQ(credential.account(), "app") << "nobody says who it is";
}

TEST_F(OAuthCredentialTest, ManyProcessesAndManyCallersMakeOneCall) {
    std::vector<std::unique_ptr<OAuthCredential>> agents;
    for (int i = 0; i < 4; ++i) agents.push_back(make());
    for (auto& agent : agents) field(*agent);
    now += 121min;
    std::vector<std::string> fields;
    const auto keep = [&](std::exception_ptr error, api::Answer<std::string> answer) {
        if (error) std::rethrow_exception(error);
        fields.push_back(answer ? *answer : answer.error().reason);
    };
    for (int i = 0; i < 3; ++i)
        for (auto& agent : agents) asio::co_spawn(io, agent->field(), keep);
    io.restart();
    io.run_for(10s);
    EXPECT_THAT(fields, testing::AllOf(testing::SizeIs(12), testing::Each("Bearer access2")));
    EXPECT_EQ(server.calls, 1);
}

TEST_F(OAuthCredentialTest, ARefusalBeforeTheEndOfItsLifeIsOneRenewal) {
    field(credential);
    EXPECT_TRUE(run(credential.refused("Bearer access1")));
    EXPECT_EQ(field(credential), "Bearer access2");
    EXPECT_EQ(server.calls, 1);
}

TEST_F(OAuthCredentialTest, ARefusedTokenThatAnotherProcessHasRenewedNeedsNoCall) {
    const auto another = make();
    auto& other = *another;
    field(credential);
    field(other);
    EXPECT_TRUE(run(other.refused("Bearer access1")));
    EXPECT_TRUE(run(credential.refused("Bearer access1")));
    EXPECT_EQ(field(credential), "Bearer access2");
    EXPECT_EQ(server.calls, 1);
}

TEST_F(OAuthCredentialTest, WhileTheServerIsDownWhatIsStillGoodServes) {
    now += 97min;
    server.is_down = true;
    EXPECT_EQ(field(credential), "Bearer access1");
    EXPECT_EQ(field(credential), "Bearer access1");
    EXPECT_EQ(server.calls, 1) << "not asked again at once";
    now += 24min;  // expired
    EXPECT_EQ(remedy(credential), api::Remedy::retry);
    server.is_down = false;
    now += 11s;
    EXPECT_EQ(field(credential), "Bearer access2");
}

TEST_F(OAuthCredentialTest, AfterALostAnswerTheOldTokenIsTriedOnceMoreAndThenItParks) {
    now += 121min;
    server.loses_next_answer = true;
    EXPECT_EQ(remedy(credential), api::Remedy::retry);
    now += 11s;
    EXPECT_THAT(field(credential), HasSubstr("log in again: calendly-brevo auth login"));
    for (int i = 0; i < 5; ++i) {
        now += 60s;
        EXPECT_EQ(remedy(credential), api::Remedy::park);
    }
    EXPECT_EQ(server.calls, 2) << "what was refused is not asked for again";
    log_in();
    now += 10s;
    EXPECT_THAT(field(credential), HasSubstr("Bearer access")) << "a new login is noticed";
}

TEST_F(OAuthCredentialTest, AnAnswerThatNeverReachedTheServerCostsNothing) {
    now += 121min;
    server.is_down = true;
    EXPECT_EQ(remedy(credential), api::Remedy::retry);
    server.is_down = false;
    now += 11s;
    EXPECT_EQ(field(credential), "Bearer access2");
}

TEST_F(OAuthCredentialTest, NothingIsUsedBeforeItIsStored) {
    now += 121min;
    store.writes_fail = true;
    EXPECT_THAT(field(credential), HasSubstr("cannot be stored"));
    EXPECT_EQ(remedy(credential), api::Remedy::retry);
    EXPECT_EQ(server.calls, 1) << "the new pair is kept, and stored as soon as that is possible";
    store.writes_fail = false;
    EXPECT_EQ(field(credential), "Bearer access2");
    EXPECT_EQ(open_tokens(*store.sealed, key, "calendly").refresh_token, "refresh2");
}

TEST_F(OAuthCredentialTest, AStoreThatIsDownHoldsUpNothingThatIsStillGood) {
    field(credential);
    store.is_down = true;
    now += 11s;
    EXPECT_EQ(field(credential), "Bearer access1");
    now += 121min;
    EXPECT_EQ(remedy(credential), api::Remedy::retry);
}

TEST_F(OAuthCredentialTest, TheLockOfAProcessThatDiedIsWaitedFor) {
    now += 121min;
    store.is_locked = true;
    std::string result;
    const auto keep = [&](std::exception_ptr, api::Answer<std::string> answer) {
        result = answer ? *answer : answer.error().reason;
    };
    asio::co_spawn(io, credential.field(), keep);
    io.restart();
    io.run_for(20ms);
    EXPECT_EQ(result, "");
    store.is_locked = false;  // as it ends by itself
    io.restart();
    io.run_for(5s);
    EXPECT_EQ(result, "Bearer access2");
}

TEST_F(OAuthCredentialTest, WhileAnotherProcessRenewsThemWhatIsStillGoodServes) {
    now += 97min;
    store.is_locked = true;
    EXPECT_EQ(field(credential), "Bearer access1");
    store.is_locked = false;
    now += 1s;
    EXPECT_EQ(field(credential), "Bearer access2");
}

TEST_F(OAuthCredentialTest, WithoutALoginOrWithAnotherKeyItParksAndSaysWhatToDo) {
    store.sealed.reset();
    EXPECT_THAT(field(credential), HasSubstr("nobody has logged in to Calendly; log in again"));
    store.sealed = seal_tokens(server.issue(), std::string(text::seal_key_size, 'j'), "calendly");
    now += 10s;
    EXPECT_THAT(field(credential), HasSubstr("the seal is broken"));
    EXPECT_EQ(remedy(credential), api::Remedy::park);
}

TEST_F(OAuthCredentialTest, ARefusalOfTheRefreshTokenIsKnownToEveryProcessAndAfterEveryRestart) {
    server.good.clear();
    now += 121min;
    EXPECT_EQ(remedy(credential), api::Remedy::park);
    EXPECT_TRUE(stored().is_refused);
    for (int i = 0; i < 3; ++i) EXPECT_THAT(field(*make()), HasSubstr("log in again"));
    EXPECT_EQ(server.calls, 1);
}

TEST_F(OAuthCredentialTest, AnAccessTokenThatIsStillGoodServesToItsEndThoughItCannotBeRenewed) {
    server.good.clear();
    now += 97min;
    EXPECT_EQ(field(credential), "Bearer access1");
    const auto state = run(credential.check()).value();
    EXPECT_THAT(state.problem, HasSubstr("cannot be renewed any more and serves until 2027-01-15T10:00:00"));
    EXPECT_THAT(state.problem, HasSubstr("log in again: calendly-brevo auth login"));
    now += 24min;
    EXPECT_EQ(remedy(credential), api::Remedy::park);
    EXPECT_EQ(server.calls, 1);
}

TEST_F(OAuthCredentialTest, ATokenThatIsRefusedRightAfterItsRenewalIsNotRenewedAgainForAMinute) {
    field(credential);
    EXPECT_TRUE(run(credential.refused("Bearer access1")));
    EXPECT_EQ(field(credential), "Bearer access2");
    EXPECT_FALSE(run(credential.refused("Bearer access2")));
    now += 59s;
    EXPECT_THAT(field(credential), HasSubstr("refuses a token that it gave a moment ago; log in again"));
    EXPECT_EQ(server.calls, 1);
    now += 1s;
    EXPECT_EQ(field(credential), "Bearer access3");
}

TEST_F(OAuthCredentialTest, OfManyProcessesWhoseTokenIsRefusedAgainNoneRenewsOnceMore) {
    const auto another = make();
    field(credential);
    field(*another);
    EXPECT_TRUE(run(credential.refused("Bearer access1")));
    EXPECT_TRUE(run(another->refused("Bearer access1")));
    EXPECT_FALSE(run(credential.refused("Bearer access2")));
    EXPECT_FALSE(run(another->refused("Bearer access2")));
    EXPECT_EQ(server.calls, 1);
}

TEST_F(OAuthCredentialTest, NoMoreCallsThanTheStoreAllows) {
    now += 121min;
    store.calls_left = 0;
    EXPECT_THAT(field(credential), HasSubstr("8 calls of Calendly's token server were made within a minute"));
    EXPECT_EQ(server.calls, 0);
    store.calls_left = 1;
    now += 10s;
    EXPECT_EQ(field(credential), "Bearer access2");
}

TEST_F(OAuthCredentialTest, AKeyThatIsMadeLaterIsNoticed) {
    has_key = false;
    const auto failure = run(credential.field()).error();
    EXPECT_THAT(failure.reason, HasSubstr("/etc/token.key: No such file or directory; log in again"));
    EXPECT_EQ(failure.remedy, api::Remedy::park);
    EXPECT_EQ(failure.probe, 5s) << "looking again costs nothing";
    has_key = true;
    now += 4s;
    EXPECT_EQ(field(credential), "Bearer access1");
}

TEST_F(OAuthCredentialTest, ALoginDuringARenewalStands) {
    now += 121min;
    server.before_answer = [this] {
        server.before_answer = nullptr;
        log_in();  // access2
    };
    EXPECT_EQ(field(credential), "Bearer access2");
    EXPECT_EQ(stored().access_token, "access2");
}

TEST_F(OAuthCredentialTest, ALogoutDuringARenewalStands) {
    now += 121min;
    server.before_answer = [this] { store.sealed.reset(); };
    EXPECT_EQ(remedy(credential), api::Remedy::park);
    EXPECT_FALSE(store.sealed.has_value());
}

TEST_F(OAuthCredentialTest, WhoWasSoSlowThatAnotherFoundItsTokenUsedUpStillStoresWhatItGot) {
    now += 121min;
    const auto quick = make();
    server.before_answer = [this, &quick] {
        server.before_answer = nullptr;
        auto dead = stored();
        dead.is_refused = true;
        store.sealed = seal_tokens(dead, key, "calendly");
    };
    EXPECT_EQ(field(credential), "Bearer access2");
    EXPECT_FALSE(stored().is_refused);
    EXPECT_EQ(field(*quick), "Bearer access2");
}

TEST_F(OAuthCredentialTest, ARenewalKeepsWhenThePersonLoggedIn) {
    const auto logged_in = now;
    now += 97min;
    field(credential);
    EXPECT_EQ(stored().logged_in, logged_in);
    EXPECT_EQ(stored().obtained, now);
}

TEST_F(OAuthCredentialTest, TheEndOfTheAgentEndsTheWaitForTheLock) {
    now += 121min;
    store.is_locked = true;
    bool is_interrupted = false;
    asio::co_spawn(io, credential.field(), [&](std::exception_ptr error, api::Answer<std::string>) {
        try {
            if (error) std::rethrow_exception(error);
        } catch (const net::Interrupted&) {
            is_interrupted = true;
        }
    });
    io.restart();
    io.run_for(20ms);
    interruption.request();
    io.restart();
    io.run_for(1s);
    EXPECT_TRUE(is_interrupted);
    store.is_locked = false;
}

}  // namespace oauth_credential_test
