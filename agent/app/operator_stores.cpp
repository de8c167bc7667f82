#include "app/operator_stores.hpp"

#include "brevo/http_erasure_api.hpp"
#include "config/configuration.hpp"
#include "redis/redis_backlog.hpp"
#include "redis/redis_dead_letter_desk.hpp"
#include "redis/redis_erasure.hpp"
#include "redis/redis_pause_switch.hpp"
#include "redis/redis_timeline.hpp"

namespace app {

struct OperatorStores::Parts {
    redis::RedisTimeline timeline;
    redis::RedisDeadLetterDesk dead_letter_desk;
    redis::RedisPauseSwitch pause_switch;
    redis::RedisBacklogGauge backlog;
    redis::RedisErasure erasure;
    brevo::HttpErasureApi brevo_erasure;
};

OperatorStores::OperatorStores(const boost::asio::any_io_executor& executor,
                               const config::Connector& connector, redis::Client& client,
                               const brevo::ApiSettings& brevo, const brevo::Budgets& budgets,
                               net::Interruption& interruption)
    : parts_(new Parts{{client, connector.name, connector.timeline.age},
                       {client, connector.name},
                       {client, connector.name},
                       {client, connector.name},
                       {client, connector.name},
                       {executor, brevo, budgets, interruption}}) {}

OperatorStores::~OperatorStores() = default;

redis::Timeline& OperatorStores::timeline() noexcept {
    return parts_->timeline;
}
redis::DeadLetterDesk& OperatorStores::dead_letter_desk() noexcept {
    return parts_->dead_letter_desk;
}
redis::PauseSwitch& OperatorStores::pause_switch() noexcept {
    return parts_->pause_switch;
}
redis::BacklogGauge& OperatorStores::backlog() noexcept {
    return parts_->backlog;
}
redis::Erasure& OperatorStores::erasure() noexcept {
    return parts_->erasure;
}
brevo::ErasureApi& OperatorStores::brevo_erasure() noexcept {
    return parts_->brevo_erasure;
}

}  // namespace app
