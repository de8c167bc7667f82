#include "app/watch.hpp"

#include <stdexcept>

#include "app/connector_services.hpp"
#include "config/signing_keys.hpp"
#include "upkeep/guardian.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// What an old subscription still delivers arrives within it.
constexpr auto overlap = 10s;

upkeep::GuardianSettings guardian_settings(const config::Webhook& webhook) {
    upkeep::GuardianSettings settings;
    settings.check_every = *webhook.check_every;
    settings.repairs = webhook.repair;
    return settings;
}

std::optional<upkeep::Rotation> rotation_of(const config::Webhook& webhook, redis::UpkeepStore& store,
                                            bool may_change_keys) {
    const config::SigningKeyFile file(webhook.signing_key_file);
    if (!may_change_keys || webhook.signing_key_file.empty() || !file.is_writable()) return std::nullopt;
    return upkeep::Rotation(file, store);
}

}  // namespace

struct Watch::Parts {
    Parts(const asio::any_io_executor& executor, const config::Connector& connector,
          ConnectorServices& services, std::function<bool()> is_agent_slow,
          std::function<void(const api::ApiFailure&)> note_scopes, bool may_change_keys)
        : edge(executor, connector.webhook.url),
          probe(edge, services.upkeep(), services.interruption()),
          subscriptions(services.account(), upkeep::wanted_by(connector.webhook), services.interruption(),
                        overlap),
          rotation(rotation_of(connector.webhook, services.upkeep(), may_change_keys)),
          guardian(guardian_settings(connector.webhook),
                   {subscriptions, probe, services.upkeep(), rotation ? &*rotation : nullptr,
                    [webhook = connector.webhook] { return config::signing_keys(webhook); },
                    std::move(is_agent_slow), std::move(note_scopes),
                    [] { return std::chrono::system_clock::now(); }},
                   services.interruption(), services.log()) {}

    upkeep::HttpEdge edge;
    upkeep::EdgeProbe probe;
    upkeep::Subscriptions subscriptions;
    std::optional<upkeep::Rotation> rotation;
    upkeep::Guardian guardian;
};

Watch::Watch(asio::any_io_executor executor, const config::Connector& connector, ConnectorServices& services,
             std::function<bool()> is_agent_slow, std::function<void(const api::ApiFailure&)> note_scopes,
             bool may_change_keys) {
    if (connector.webhook.url.empty() || !connector.webhook.check_every) return;
    try {
        parts_ = std::make_unique<Parts>(executor, connector, services, std::move(is_agent_slow),
                                         std::move(note_scopes), may_change_keys);
    } catch (const std::invalid_argument& error) {
        services.log()->warn("the webhook subscription is not watched: {}", error.what());
    }
}

Watch::~Watch() = default;

asio::awaitable<void> Watch::run() {
    if (parts_) co_await parts_->guardian.run();
}

std::optional<rules::WatchReport> Watch::report() const {
    if (!parts_) return std::nullopt;
    return parts_->guardian.report();
}

}  // namespace app
