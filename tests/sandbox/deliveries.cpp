#include "sandbox/deliveries.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sandbox/calendly_payload.hpp"
#include "shared/signature.hpp"

namespace sandbox {
namespace {

void rethrow(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

bool is_delivered(const OneShotResult& result) {
    return result.error.empty() && result.response.result_int() / 100 == 2;
}

bool is_gone(const OneShotResult& result) {
    return result.error.empty() && result.response.result_int() == 410;
}

http::Server::Request webhook_request(const std::string& body, const std::string& signature) {
    namespace beast = boost::beast;
    http::Server::Request request(beast::http::verb::post, "/", 11);
    request.set(beast::http::field::content_type, "application/json");
    request.set(beast::http::field::user_agent, "Calendly");
    if (!signature.empty()) request.set(std::string(shared::signature_header_name), signature);
    request.body() = body;
    return request;
}

std::string signature_of(const Delivery& delivery, const Subscription& subscription) {
    if (!subscription.signing_key) return {};
    return shared::sign_delivery(*subscription.signing_key, delivery.timestamp, delivery.body);
}

OneShotResult answered_instead(const FaultAction& fault) {
    OneShotResult result;
    result.response.result(*fault.status);
    return result;
}

}  // namespace

json::object to_json(const Delivery& delivery) {
    return {{"delivery", delivery.id},
            {"subscription", calendly_uri("webhook_subscriptions", delivery.subscription)},
            {"event", delivery.event},
            {"attempt", delivery.attempts}};
}

Deliveries::Deliveries(asio::any_io_executor executor, DeliverySettings settings,
                       std::shared_ptr<Subscriptions> subscriptions, std::shared_ptr<Faults> faults,
                       std::shared_ptr<Journal> journal)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      subscriptions_(std::move(subscriptions)),
      faults_(std::move(faults)),
      journal_(std::move(journal)),
      tls_(asio::ssl::context::tls_client) {
    boost::system::error_code error;
    if (settings_.trusted_certificates.empty()) {
        tls_.set_default_verify_paths(error);
    } else {
        tls_.load_verify_file(settings_.trusted_certificates, error);
    }
    if (error)
        throw std::runtime_error("cannot read certificates from " + settings_.trusted_certificates + ": " +
                                 error.message());
}

std::vector<std::uint64_t> Deliveries::publish(const Occurrence& occurrence) {
    return publish(occurrence, subscriptions_->listening_to(occurrence));
}

std::vector<std::uint64_t> Deliveries::publish(const Occurrence& occurrence,
                                               const std::vector<std::string>& subscriptions) {
    std::vector<std::uint64_t> ids;
    for (const auto& id : subscriptions) {
        Delivery delivery;
        delivery.subscription = id;
        delivery.event = occurrence.event;
        delivery.body = json::serialize(envelope(occurrence, subscriptions_->get(id).creator));
        ids.push_back(enqueue(std::move(delivery)));
    }
    return ids;
}

std::vector<std::uint64_t> Deliveries::deliver_body(const std::string& event, const std::string& body) {
    std::vector<std::uint64_t> ids;
    for (const auto& id : subscriptions_->ids()) {
        if (subscriptions_->get(id).disabled) continue;
        Delivery delivery;
        delivery.subscription = id;
        delivery.event = event;
        delivery.body = body;
        ids.push_back(enqueue(std::move(delivery)));
    }
    return ids;
}

std::uint64_t Deliveries::enqueue(Delivery delivery) {
    const auto id = delivery.id = ++last_id_;
    if (holding_) {
        held_.push_back(std::move(delivery));
    } else {
        send(std::move(delivery));
    }
    return id;
}

void Deliveries::release(const std::vector<std::uint64_t>& ids, bool keep,
                         const std::function<void(Delivery&)>& change) {
    std::vector<Delivery> released;
    for (const auto id : ids) {
        const auto found = std::ranges::lower_bound(held_, id, {}, &Delivery::id);  // held in order of ids
        if (found == held_.end() || found->id != id)
            throw std::out_of_range("delivery " + std::to_string(id) + " is not held");
        released.push_back(*found);
        if (change) change(released.back());
    }
    const std::set<std::uint64_t> gone(ids.begin(), ids.end());
    if (!keep) std::erase_if(held_, [&](const auto& held) { return gone.contains(held.id); });
    for (auto& delivery : released) send(std::move(delivery));
}

void Deliveries::release_all() {
    holding_ = false;
    auto released = std::move(held_);
    held_.clear();
    for (auto& delivery : released) send(std::move(delivery));
}

void Deliveries::send(Delivery delivery) {
    ++pending_;
    const std::string subscription = delivery.subscription;
    queues_[subscription].waiting.push_back(std::move(delivery));
    start_waiting(subscription);
}

void Deliveries::start_waiting(const std::string& subscription) {
    auto& queue = queues_[subscription];
    while (!stopped_ && !queue.waiting.empty() && queue.being_sent < settings_.at_once) {
        ++queue.being_sent;
        Delivery next = std::move(queue.waiting.front());
        queue.waiting.pop_front();
        asio::co_spawn(executor_, deliver_first(shared_from_this(), std::move(next)), rethrow);
    }
}

asio::awaitable<void> Deliveries::deliver_first(Self self, Delivery delivery) {
    const bool over = co_await self->attempt(delivery);
    const std::string subscription = delivery.subscription;
    if (!over) asio::co_spawn(self->executor_, retry(self, std::move(delivery)), rethrow);
    --self->queues_[subscription].being_sent;
    self->start_waiting(subscription);
}

asio::awaitable<void> Deliveries::retry(Self self, Delivery delivery) {
    for (bool over = false; !over;) {
        const bool rested = co_await self->sleep(self->settings_.retries.delay_after(delivery.attempts));
        if (!rested) co_return;
        over = co_await self->attempt(delivery);
    }
}

asio::awaitable<bool> Deliveries::sleep(std::chrono::milliseconds delay) {
    if (stopped_) co_return false;
    asio::steady_timer timer(executor_, delay);
    sleeping_.insert(&timer);
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    sleeping_.erase(&timer);
    co_return !cancelled && !stopped_;
}

asio::awaitable<bool> Deliveries::attempt(Delivery& delivery) {
    const auto* found = subscriptions_->find(delivery.subscription);
    if (!found || found->disabled) co_return conclude(delivery, true);  // nobody to tell any more
    const Subscription subscription = *found;
    const Instant began = now();
    if (delivery.attempts == 0 || !settings_.retries_keep_timestamp)
        delivery.timestamp = std::chrono::floor<std::chrono::seconds>(began).time_since_epoch().count();
    ++delivery.attempts;
    const auto fault = faults_->take(Api::webhooks, "POST", delivery.event);
    const OneShotResult result = co_await post(delivery, subscription, fault);
    record(delivery, subscription, signature_of(delivery, subscription), began, result);
    if (is_gone(result)) remove(delivery.subscription);
    co_return conclude(delivery, is_delivered(result) || is_gone(result));
}

asio::awaitable<OneShotResult> Deliveries::post(const Delivery& delivery, const Subscription& subscription,
                                                std::optional<FaultAction> fault) {
    if (fault) co_await sleep(fault->delay);
    if (fault && fault->status) co_return answered_instead(*fault);
    if (fault && fault->cut == FaultAction::Cut::before) co_return OneShotResult{{}, "fault: cut before"};
    auto request = webhook_request(delivery.body, signature_of(delivery, subscription));
    OneShotResult result =
        co_await send_once(subscription.callback_url, std::move(request), tls_, settings_.limits);
    if (fault && fault->cut == FaultAction::Cut::after) co_return OneShotResult{{}, "fault: cut after"};
    co_return result;
}

void Deliveries::record(const Delivery& delivery, const Subscription& subscription,
                        const std::string& signature, Instant began, const OneShotResult& result) {
    JournalEntry entry;
    entry.at = began;
    entry.api = Api::webhooks;
    entry.method = "POST";
    entry.path = subscription.callback_url;
    entry.request_body = delivery.body;
    entry.status = result.error.empty() ? result.response.result_int() : 0;
    entry.answer_body = result.response.body();
    entry.took = now() - began;
    entry.note = to_json(delivery);
    entry.note["signature"] = signature;
    if (!result.error.empty()) entry.note["error"] = result.error;
    journal_->append(std::move(entry));
}

// 410 ends the subscription at once: nobody is told, and there is no row left that could tell.
void Deliveries::remove(const std::string& subscription) {
    if (subscriptions_->find(subscription)) subscriptions_->remove(subscription);
}

bool Deliveries::conclude(Delivery& delivery, bool delivered) {
    const Instant at = now() + ahead_;
    auto* subscription = subscriptions_->find(delivery.subscription);
    if (!delivered && !delivery.first_failure) delivery.first_failure = at;
    const bool given_up = !delivered && settings_.retries.gives_up(*delivery.first_failure, at);
    if (subscription && !delivered) {  // a success later does not clear it
        subscription->retry_started_at =
            std::max(subscription->retry_started_at.value_or(Instant::min()), *delivery.first_failure);
        subscription->disabled = subscription->disabled || given_up;
    }
    const bool over = delivered || given_up;
    if (over) --pending_;
    return over;
}

void Deliveries::stop() {
    stopped_ = true;
    for (auto* timer : sleeping_) timer->cancel();
}

}  // namespace sandbox
