// Calls repeated until they succeed or can never succeed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "api/api_state.hpp"
#include "api/breaker.hpp"
#include "net/interruption.hpp"
#include "net/limited_log.hpp"
#include "net/waiting.hpp"
#include "shared/back_off.hpp"

namespace api {

struct Patience {
    shared::BackOff backoff;
    std::chrono::milliseconds probe_interval{60'000};  // while the credential or the account is refused
};

// For the calls of one API.
class Retry {
public:
    // `on_park` is called when the API begins to refuse the credential or the account.
    Retry(ApiName api, ApiStates& states, net::Interruption& interruption, net::Waiting& waiting,
          std::shared_ptr<spdlog::logger> log, Patience patience = {}, std::function<void()> on_park = {});

    // `call()` makes one attempt. Gives back its result, or the failure that no repetition can mend, or that
    // the call was withheld. Throws Interrupted.
    template <typename Call>
    auto persist(Call call) -> decltype(call()) {
        const Caller caller(*this);
        for (unsigned failures = 1;; ++failures) {
            co_await pass_breaker(caller.id());
            auto answer = co_await call();
            if (answer) {
                on_answer(0);
                co_return answer;
            }
            const auto& failure = answer.error();
            if (failure.remedy == Remedy::withheld) co_return answer;
            if (failure.remedy == Remedy::give_up) {
                on_answer(failure.status);
                co_return final_failure(failure);
            }
            on_trouble(failure, caller.id());
            co_await wait_after(failure, failures, caller.id());
        }
    }

private:
    // Attempts that met trouble are the API's, not the entry's.
    static ApiFailure final_failure(ApiFailure failure) {
        failure.attempts = 1;
        return failure;
    }

    // However it ends, by an exception too, another one may try the API after it.
    class Caller {
    public:
        explicit Caller(Retry& persistence) : persistence_(persistence), id_(persistence.enter()) {}
        Caller(const Caller&) = delete;
        Caller& operator=(const Caller&) = delete;
        ~Caller() { persistence_.leave(id_); }
        Breaker::Caller id() const noexcept { return id_; }

    private:
        Retry& persistence_;
        Breaker::Caller id_;
    };

    boost::asio::awaitable<void> pass_breaker(Breaker::Caller caller);
    void on_answer(unsigned refusal);  // 0: none
    void on_trouble(const ApiFailure& failure, Breaker::Caller caller);

    Breaker::Caller enter() noexcept;
    void leave(Breaker::Caller caller) noexcept;

    bool is_parked() const { return state_.is_parked(); }
    boost::asio::awaitable<void> wait_parked(Breaker::Caller caller);
    boost::asio::awaitable<void> wait_after(ApiFailure failure, unsigned failures, Breaker::Caller caller);
    void warn(const ApiFailure& failure, std::chrono::milliseconds wait);
    void park(const ApiFailure& failure, Breaker::Caller caller);
    void unpark();

    ApiName api_;
    ApiState& state_;
    net::Interruption& interruption_;
    net::Waiting& waiting_;
    std::shared_ptr<spdlog::logger> log_;
    Patience patience_;
    std::function<void()> on_park_;
    net::LimitedLog limited_log_;
    Breaker breaker_;
    Breaker::Caller last_caller_ = 0;
    std::size_t callers_ = 0;  // who are there
    unsigned parked_status_ = 0;
    std::chrono::steady_clock::time_point next_probe_{};  // while it is parked
    std::optional<Breaker::Caller>
        prober_;  // the one of those who are parked that tries the API now and then
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace api
