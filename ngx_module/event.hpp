#pragma once

#include <chrono>

#include "ngx_module/ngx.hpp"

namespace edge {

using EventCallback = void (*)(void* owner) noexcept;

// In nginx's unit, rounded up; 0 for a time that is over.
inline ngx_msec_t as_msec(std::chrono::steady_clock::duration duration) {
    using std::chrono::milliseconds;
    const auto rounded = std::chrono::ceil<milliseconds>(duration).count();
    return rounded > 0 ? static_cast<ngx_msec_t>(rounded) : 0;
}

// One of nginx's timers. A worker that shuts down waits for all timers that are not cancelable.
class Timer {
public:
    enum class AtShutdown { worker_waits, cancelable };

    Timer(EventCallback callback, void* owner, AtShutdown at_shutdown);
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { stop(); }

    // A timer that runs already is moved; nginx does not bother for a change of less than 300 ms.
    void start(ngx_msec_t delay);
    void stop();
    bool running() const { return event_.timer_set; }

private:
    static void fire(ngx_event_t* event) noexcept;
    EventCallback callback_;
    void* owner_;
    ngx_event_t event_{};
};

// Runs once at the end of this turn of the event loop, however often it was posted.
class Posted {
public:
    Posted(EventCallback callback, void* owner);
    Posted(const Posted&) = delete;
    Posted& operator=(const Posted&) = delete;
    ~Posted() { cancel(); }

    void post();
    void cancel();

private:
    static void fire(ngx_event_t* event) noexcept;
    EventCallback callback_;
    void* owner_;
    ngx_event_t event_{};
};

}  // namespace edge
