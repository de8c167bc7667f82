// Asks somebody to give up what waits, because another one needs sooner what is held meanwhile. For one
// thread.
#pragma once

#include <list>

#include "net/event.hpp"

namespace net {

class Recall {
public:
    Recall() = default;
    Recall(const Recall&) = delete;
    Recall& operator=(const Recall&) = delete;

    bool is_requested() const noexcept { return is_requested_; }

    void request() {
        is_requested_ = true;
        for (auto* event : notified_) event->notify();
    }

    // While this lives the event is notified when the recall comes. Without a recall nothing happens.
    class Listener {
    public:
        Listener(Recall* recall, Event& event) : recall_(recall) {
            if (recall_) place_ = recall_->notified_.insert(recall_->notified_.end(), &event);
        }
        Listener(const Listener&) = delete;
        Listener& operator=(const Listener&) = delete;
        ~Listener() {
            if (recall_) recall_->notified_.erase(place_);
        }

    private:
        Recall* recall_;
        std::list<Event*>::iterator place_;
    };

private:
    std::list<Event*> notified_;
    bool is_requested_ = false;
};

inline bool is_requested(const Recall* recall) noexcept {
    return recall && recall->is_requested();
}

}  // namespace net
