#include "ngx_module/event.hpp"

namespace edge {

Timer::Timer(EventCallback callback, void* owner, AtShutdown at_shutdown)
    : callback_(callback), owner_(owner) {
    event_.handler = fire;
    event_.data = this;
    event_.cancelable = at_shutdown == AtShutdown::cancelable;
}

void Timer::start(ngx_msec_t delay) {
    event_.log = ngx_cycle->log;
    ngx_add_timer(&event_, delay);
}

void Timer::stop() {
    if (event_.timer_set) ngx_del_timer(&event_);
}

void Timer::fire(ngx_event_t* event) noexcept {
    auto* timer = static_cast<Timer*>(event->data);
    timer->callback_(timer->owner_);  // may destroy the timer
}

Posted::Posted(EventCallback callback, void* owner) : callback_(callback), owner_(owner) {
    event_.handler = fire;
    event_.data = this;
}

void Posted::post() {
    event_.log = ngx_cycle->log;
    ngx_post_event(&event_, &ngx_posted_events);
}

void Posted::cancel() {
    if (event_.posted) {
        ngx_delete_posted_event(&event_);
    }
}

void Posted::fire(ngx_event_t* event) noexcept {
    auto* posted = static_cast<Posted*>(event->data);
    posted->callback_(posted->owner_);
}

}  // namespace edge
