// Who may call an API now and who waits until when: while it is in trouble, and while it refuses the
// credential or the account. No I/O, no clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "api/api_failure.hpp"
#include "api/api_state.hpp"
#include "api/breaker.hpp"

namespace api {

// While the breaker is open callers stand in line, and the first of them tries when a pause is over. While
// the API is parked those that it refused wait, and the first of them, the prober, tries once in an interval.
// Callers that have not been refused themselves are not held back by the parking.
class Gate {
public:
    using Time = Breaker::Time;
    using Caller = Breaker::Caller;

    static constexpr Time never = Time::max();

    // `state` is kept up to date: why it is parked, and whether it is resting.
    Gate(ApiState& state, shared::BackOff backoff, std::chrono::milliseconds probe_interval)
        : state_(state), breaker_(backoff), probe_interval_(probe_interval) {}

    // One who makes a call and repeats it until leave().
    Caller enter() noexcept {
        ++callers_;
        return ++last_caller_;
    }

    // However its last attempt ended. True when the API is parked no longer because nobody is left to probe
    // it: whoever comes next does.
    bool leave(Caller caller) noexcept;

    // Nothing when the caller may make an attempt now. Else it asks again at the time that is given back, or
    // when something has changed before; `never`: only then.
    std::optional<Time> wait_until(Caller caller, Time now);

    // The API did what was asked (0), or gave a refusal of this status that concerns the call alone.
    // While the API is parked for a status, a refusal of one call with the same status does not end the
    // parking.
    struct Reopened {
        bool is_unparked = false;
        bool is_closed = false;  // the breaker, which had been open
    };
    Reopened on_answer(unsigned refusal);

    // The API is in trouble; `random` lies in [0, 1]. True when the breaker opens now.
    bool on_trouble(Caller caller, Time now, double random);

    // The API asked for a pause (429): that proves that it is up, not that its trouble is over. The caller
    // leaves the breaker's trial to the next in line.
    void on_pause(Caller caller) noexcept { stop_trying(caller); }

    // The API refuses the credential or the account.
    enum class Refusal {
        parks,        // it is parked now
        still_parks,  // the prober found that nothing has changed
        known,        // it is parked already
    };
    Refusal on_refusal(Caller caller, const ApiFailure& failure, Time now);

    // From such a refusal to the prober's next try.
    std::chrono::milliseconds pause_after(const ApiFailure& failure) const noexcept;

    // Whether something has changed since the last time: then everybody who waits asks again.
    bool take_change() noexcept { return std::exchange(has_changed_, false); }

private:
    using Line = std::deque<Caller>;

    Time probe_time(Caller caller) const noexcept;
    bool is_prober(Caller caller) const noexcept { return !refused_.empty() && refused_.front() == caller; }
    void stop_trying(Caller caller) noexcept;
    void drop_out(Line& line, Caller caller) noexcept;
    void unpark() noexcept;

    ApiState& state_;
    Breaker breaker_;
    std::chrono::milliseconds probe_interval_;
    Caller last_caller_ = 0;
    std::size_t callers_ = 0;  // who are there
    Line line_;                // while the breaker is open: who wait for their turn
    Line refused_;             // while it is parked: those that it refused, the prober first
    unsigned parked_status_ = 0;
    Time next_probe_{};
    bool has_changed_ = false;
};

}  // namespace api
