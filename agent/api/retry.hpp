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
#include "api/gate.hpp"
#include "net/event.hpp"
#include "net/interruption.hpp"
#include "net/limited_log.hpp"
#include "net/recall.hpp"
#include "net/waiting.hpp"
#include "shared/back_off.hpp"

namespace api {

struct Patience {
    shared::BackOff backoff;
    std::chrono::milliseconds probe_interval{60'000};  // while the credential or the account is refused
};

// For the calls of one API. Who may call when is the gate's decision, see api/gate.hpp; nobody asks it again
// before something has changed or the time has come that it named.
class Retry {
public:
    // `on_park` is called when the API begins to refuse the credential or the account. `logs_answers`:
    // answers that are failures go to the log, masked.
    Retry(ApiName api, ApiStates& states, net::Interruption& interruption, net::Waiting& waiting,
          std::shared_ptr<spdlog::logger> log, Patience patience = {}, std::function<void()> on_park = {},
          bool logs_answers = false);

    // `call()` makes one attempt. Gives back its result, or the failure that no repetition can mend, or that
    // the call was withheld. A caller that is recalled waits no longer: its call is made, which withholds it.
    // Throws Interrupted.
    template <typename Call>
    auto persist(Call call, net::Recall* recall = nullptr) -> decltype(call()) {
        Caller caller(*this);
        unsigned conflicts = 0;
        for (unsigned failures = 1;; ++failures) {
            co_await wait_for_turn(caller.id(), recall);
            auto answer = co_await call();
            ++state_.calls;
            if (answer) {
                on_answer(0);
                co_return answer;
            }
            const auto& failure = answer.error();
            if (failure.remedy == Remedy::withheld) co_return answer;
            show_answer(failure);
            if (failure.remedy == Remedy::conflict) ++conflicts;
            if (is_final(failure, conflicts)) {
                note_scopes(failure);
                on_answer(failure.status);
                co_return final_failure(failure);
            }
            caller.note_failure(failures);
            const auto pause = on_failure(failure, failures, caller.id());
            if (pause) co_await sleep(*pause, recall);
        }
    }

    // The scopes that a call was refused for want of, also one that was made elsewhere.
    void note_scopes(const ApiFailure& failure);

private:
    // A conflict that comes back again and again is none that a try could win.
    static constexpr unsigned most_conflicts = 8;

    static bool is_final(const ApiFailure& failure, unsigned conflicts) {
        return failure.remedy == Remedy::give_up || conflicts == most_conflicts;
    }

    // A dead letter tells how often the entry itself was refused. Attempts that failed because the API was in
    // trouble do not count.
    static ApiFailure final_failure(ApiFailure failure) {
        failure.attempts = failure.remedy == Remedy::conflict ? most_conflicts : 1;
        failure.remedy = Remedy::give_up;
        return failure;
    }

    // However it ends, by an exception too, another one may try the API after it.
    class Caller {
    public:
        explicit Caller(Retry& retry) : retry_(retry), id_(retry.gate_.enter()) {}
        Caller(const Caller&) = delete;
        Caller& operator=(const Caller&) = delete;
        ~Caller() {
            if (is_stuck_) --retry_.state_.stuck;
            retry_.leave(id_);
        }
        Gate::Caller id() const noexcept { return id_; }
        // What fails again and again is seen, even while the calls of others succeed.
        void note_failure(unsigned failures) noexcept {
            if (failures < stuck_after || is_stuck_) return;
            is_stuck_ = true;
            ++retry_.state_.stuck;
        }

    private:
        static constexpr unsigned stuck_after = 6;

        Retry& retry_;
        Gate::Caller id_;
        bool is_stuck_ = false;
    };

    boost::asio::awaitable<void> wait_for_turn(Gate::Caller caller, net::Recall* recall);
    boost::asio::awaitable<void> sleep(std::chrono::milliseconds pause, net::Recall* recall);

    void show_answer(const ApiFailure& failure);
    void on_answer(unsigned refusal);  // 0: none
    // How long the caller waits before it asks for its turn again.
    std::optional<std::chrono::milliseconds> on_failure(const ApiFailure& failure, unsigned failures,
                                                        Gate::Caller caller);
    void on_trouble(const ApiFailure& failure, Gate::Caller caller);
    void on_refusal(const ApiFailure& failure, Gate::Caller caller);
    void leave(Gate::Caller caller) noexcept;
    void tell_change();
    double random() { return std::uniform_real_distribution<double>(0, 1)(random_); }

    ApiName api_;
    ApiState& state_;
    net::Interruption& interruption_;
    net::Waiting& waiting_;
    std::shared_ptr<spdlog::logger> log_;
    Patience patience_;
    std::function<void()> on_park_;
    bool logs_answers_;
    net::LimitedLog limited_log_;
    Gate gate_;
    bool is_trouble_said_ = false;                       // that calls wait
    std::chrono::steady_clock::time_point say_again_{};  // that it is parked: once in a usual interval
    net::Event changed_;                                 // of the gate: who wait for their turn look again
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace api
