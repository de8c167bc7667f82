#include "app/visitors.hpp"

#include <chrono>

#include "app/captcha.hpp"
#include "app/connector_services.hpp"
#include "scheduling/desk.hpp"

namespace app {
namespace {

scheduling::World desk_world_of(ConnectorServices& services) {
    return {services.scheduling(),
            services.visitors(),
            services.account(),
            services.bookings(),
            services.interruption(),
            services.log(),
            [] { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }};
}

}  // namespace

Visitors::Visitors(boost::asio::any_io_executor executor, const config::Connector& connector,
                   ConnectorServices& services) {
    if (!connector.scheduling.enabled) return;
    desk_ = std::make_unique<scheduling::Desk>(
        connector, desk_world_of(services),
        ask_captcha_of(connector.scheduling, std::move(executor), services.log()));
}

Visitors::~Visitors() = default;

void Visitors::stop() noexcept {
    if (desk_) desk_->close();
}

boost::asio::awaitable<void> Visitors::finished() {
    if (desk_) co_await desk_->finished();
}

}  // namespace app
