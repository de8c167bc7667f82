// Whose call is next: visitors overtake webhooks, and both overtake history. No I/O, no clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace api {

// What a call is made for: a visitor who waits in front of a page, a webhook that somebody waits for, or what
// is looked up by the thousand afterwards.
enum class ServiceClass { visitor, webhook, history };

inline constexpr double default_history_share = 0.1;

// Within a class whoever waits first goes first. A visitor is next, but never twice in turn while a webhook
// waits; then a webhook. History has only a share of the slots while either comes, so that the next one finds
// a slot soon; when none has come lately it has all.
template <typename Call>
class BudgetQueue {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::nanoseconds;

    static constexpr Time never = Time::max();

    // `share` of history, 0.01 to 1.
    explicit BudgetQueue(double share = default_history_share) : share_(std::clamp(share, 0.01, 1.0)) {}

    // Of two shares the lower one counts.
    void limit_share(double share) { share_ = std::clamp(share, 0.01, share_); }

    bool is_empty() const noexcept { return visitors_.empty() && webhooks_.empty() && history_.empty(); }

    void push(ServiceClass service, Call call, Time now) {
        if (service != ServiceClass::history) last_webhook_ = own_webhook_ = now;
        line_of(service).push_back(std::move(call));
    }

    // Webhooks came at `time` whose calls somebody else makes: another process of the same account.
    void note_webhooks(Time time) { last_webhook_ = last_webhook_ ? std::max(*last_webhook_, time) : time; }

    // Whether one, or a visitor, came here after `time`, or waits.
    bool has_webhooks_since(Time time) const {
        return !visitors_.empty() || !webhooks_.empty() || (own_webhook_ && *own_webhook_ > time);
    }

    void remove(const Call& call) {
        std::erase(visitors_, call);
        std::erase(webhooks_, call);
        std::erase(history_, call);
    }

    // When somebody may have a slot, of those that lie `interval` apart; `never` when nobody waits.
    Time next(Time now, Duration interval) const {
        if (!visitors_.empty() || !webhooks_.empty()) return now;
        return history_.empty() ? never : std::max(now, history_from(interval));
    }

    // Who has the slot at `now`; nobody when history has had its share and nothing else waits.
    std::optional<Call> take(Time now, Duration interval) {
        if (next(now, interval) > now) return std::nullopt;
        const auto service = first_class();
        auto& line = line_of(service);
        (service == ServiceClass::history ? last_history_ : last_webhook_) = now;
        was_visitor_ = service == ServiceClass::visitor;
        std::optional<Call> call(std::move(line.front()));
        line.pop_front();
        return call;
    }

    // How long until all that wait now have had a slot, but those that the class overtakes.
    Duration time_to_drain(ServiceClass service, Duration interval) const {
        const auto visitors = interval * static_cast<long>(visitors_.size());
        if (service == ServiceClass::visitor) return 2 * visitors;
        const auto webhooks = visitors + interval * static_cast<long>(webhooks_.size());
        if (service == ServiceClass::webhook) return webhooks;
        return webhooks + history_interval(interval) * static_cast<long>(history_.size());
    }

private:
    // For so long after the last webhook (longer, if history's next turn is later) history keeps to its
    // share.
    static constexpr std::chrono::seconds lately{10};

    std::deque<Call>& line_of(ServiceClass service) noexcept {
        return service == ServiceClass::visitor   ? visitors_
               : service == ServiceClass::webhook ? webhooks_
                                                  : history_;
    }

    ServiceClass first_class() const noexcept {
        if (!visitors_.empty() && (!was_visitor_ || webhooks_.empty())) return ServiceClass::visitor;
        return webhooks_.empty() ? ServiceClass::history : ServiceClass::webhook;
    }

    Duration history_interval(Duration interval) const {
        return std::chrono::duration_cast<Duration>(interval / share_);
    }

    Time history_from(Duration interval) const {
        if (!last_webhook_ || !last_history_) return Time::min();
        const auto turn = history_interval(interval);
        return std::min(*last_webhook_ + std::max<Duration>(lately, turn), *last_history_ + turn);
    }

    double share_;
    bool was_visitor_ = false;  // who had the last slot
    std::deque<Call> visitors_;
    std::deque<Call> webhooks_;
    std::deque<Call> history_;
    std::optional<Time> last_webhook_;  // when one, or a visitor, came or had its slot
    std::optional<Time> own_webhook_;   // when one came to this process
    std::optional<Time> last_history_;  // when one had its slot
};

}  // namespace api
