#include "ngx_module/store/node_store.hpp"

#include "ngx_module/catch_exceptions.hpp"

namespace edge::store {

template <auto Method>
void NodeStore::call(void* store) noexcept {
    auto& self = *static_cast<NodeStore*>(store);
    catch_exceptions([&] { (self.webhooks_.*Method)(); }, [&](const char* what) { self.link_.lose({what}); });
}

NodeStore::NodeStore(redis::ReplicationSet set, WaitingWebhooks::Elsewhere& elsewhere)
    : link_(std::move(set), webhooks_),
      webhooks_(link_, *this, elsewhere, std::chrono::milliseconds(link_.set().timeout)),
      flush_(call<&WaitingWebhooks::flush>, this),
      deadline_(call<&WaitingWebhooks::check_deadlines>, this, Timer::AtShutdown::worker_waits) {}

void NodeStore::stop() {
    link_.stop();
    flush_.cancel();
    deadline_.stop();
    webhooks_.forget_all();
}

}  // namespace edge::store
