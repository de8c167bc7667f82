// Delivers webhooks as Calendly does: signed, in order for each subscription, retried with exponential
// back-off, and the subscription disabled when that fails for too long.
// https://developer.calendly.com/api-docs/ZG9jOjM2MzE2MDM4-webhook-signatures, .../webhook-retries
#pragma once

#include <deque>
#include <functional>

#include <boost/asio/steady_timer.hpp>

#include "sandbox/faults.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/one_shot.hpp"
#include "sandbox/retry_plan.hpp"
#include "sandbox/subscriptions.hpp"

namespace sandbox {

struct DeliverySettings {
    RetryPlan retries;
    OneShotLimits limits;
    // Retries are signed with the first attempt's time. Calendly does not document which it does: tests try
    // both.
    bool retries_keep_timestamp = false;
    std::size_t at_once = 1;           // first attempts a subscription; with 1 they come in order
    std::string trusted_certificates;  // PEM file, for https targets; empty: the system's
};

struct Delivery {
    std::uint64_t id = 0;
    std::string subscription;
    std::string event;
    std::string body;
    unsigned attempts = 0;
    std::int64_t timestamp = 0;  // signed; seconds
    std::optional<Instant> first_failure;
};

json::object to_json(const Delivery& delivery);

// Must be owned by a shared_ptr: deliveries under way keep it alive.
class Deliveries : public std::enable_shared_from_this<Deliveries> {
public:
    // Throws std::runtime_error when the trusted certificates cannot be read.
    Deliveries(asio::any_io_executor executor, DeliverySettings settings,
               std::shared_ptr<Subscriptions> subscriptions, std::shared_ptr<Faults> faults,
               std::shared_ptr<Journal> journal);

    // To every subscription that hears of it. Gives the deliveries' ids.
    std::vector<std::uint64_t> publish(const Occurrence& occurrence,
                                       const std::vector<std::string>& subscriptions);
    std::vector<std::uint64_t> publish(const Occurrence& occurrence);
    // The bytes as they are, to every active subscription.
    std::vector<std::uint64_t> deliver_body(const std::string& event, const std::string& body);

    // From now on deliveries wait to be released.
    void hold() { holding_ = true; }
    // Sends held ones (by id, in this order, repeats allowed) and keeps holding the others and new ones.
    // With `keep` copies of them are sent, and they can be released again. `change` may alter what is sent.
    // Throws std::out_of_range for an id that is not held.
    void release(const std::vector<std::uint64_t>& ids, bool keep = false,
                 const std::function<void(Delivery&)>& change = {});
    // Sends what is left and holds no more.
    void release_all();
    const std::vector<Delivery>& held() const { return held_; }

    // Deliveries that wait, are being sent, or will be retried; held ones apart.
    std::size_t pending() const { return pending_; }

    // From now on it is so much later for what is given up after a day.
    void move_clock(std::chrono::seconds ahead) { ahead_ += ahead; }

    // Abandons everything that waits for a retry.
    void stop();

private:
    struct Queue {
        std::deque<Delivery> waiting;
        std::size_t being_sent = 0;
    };
    using Self = std::shared_ptr<Deliveries>;

    std::uint64_t enqueue(Delivery delivery);
    void send(Delivery delivery);
    void start_waiting(const std::string& subscription);
    static asio::awaitable<void> deliver_first(Self self, Delivery delivery);
    static asio::awaitable<void> retry(Self self, Delivery delivery);
    // Whether it is over: delivered, or given up.
    asio::awaitable<bool> attempt(Delivery& delivery);
    asio::awaitable<OneShotResult> post(const Delivery& delivery, const Subscription& subscription,
                                        std::optional<FaultAction> fault);
    void record(const Delivery& delivery, const Subscription& subscription, const std::string& signature,
                Instant began, const OneShotResult& result);
    bool conclude(Delivery& delivery, bool delivered);
    void remove(const std::string& subscription);
    asio::awaitable<bool> sleep(std::chrono::milliseconds delay);

    asio::any_io_executor executor_;
    DeliverySettings settings_;
    std::shared_ptr<Subscriptions> subscriptions_;
    std::shared_ptr<Faults> faults_;
    std::shared_ptr<Journal> journal_;
    asio::ssl::context tls_;
    std::map<std::string, Queue> queues_;
    std::vector<Delivery> held_;
    std::set<asio::steady_timer*> sleeping_;
    std::chrono::seconds ahead_{0};
    std::uint64_t last_id_ = 0;
    std::size_t pending_ = 0;
    bool holding_ = false;
    bool stopped_ = false;
};

}  // namespace sandbox
