#include "ngx_module/store/webhook_store.hpp"

#include "ngx_module/catch_exceptions.hpp"

namespace edge::store {

template <auto Method>
void WebhookStore::call(void* store) noexcept {
    auto& self = *static_cast<WebhookStore*>(store);
    catch_exceptions([&] { (self.webhooks_.*Method)(); }, [&](const char* what) { self.link_.lose({what}); });
}

WebhookStore::WebhookStore(redis::ReplicationSet set)
    : link_(std::move(set), webhooks_),
      webhooks_(link_, *this, std::chrono::milliseconds(link_.set().timeout)),
      flush_(call<&WaitingWebhooks::flush>, this),
      deadline_(call<&WaitingWebhooks::check_deadlines>, this, Timer::AtShutdown::worker_waits) {}

void WebhookStore::stop() {
    link_.stop();
    flush_.cancel();
    deadline_.stop();
    webhooks_.forget_all();
}

}  // namespace edge::store
