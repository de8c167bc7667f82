// What operators look at and decide about a connector, made for ConnectorServices.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace brevo {
struct ApiSettings;
struct Budgets;
class ErasureApi;
}  // namespace brevo
namespace config {
struct Connector;
}
namespace net {
class Interruption;
}
namespace redis {
class BacklogGauge;
class Client;
class DeadLetterDesk;
class Erasure;
class PauseSwitch;
class Timeline;
}  // namespace redis

namespace app {

class OperatorStores {
public:
    OperatorStores(const boost::asio::any_io_executor& executor, const config::Connector& connector,
                   redis::Client& client, const brevo::ApiSettings& brevo, const brevo::Budgets& budgets,
                   net::Interruption& interruption);
    OperatorStores(const OperatorStores&) = delete;
    OperatorStores& operator=(const OperatorStores&) = delete;
    ~OperatorStores();

    redis::Timeline& timeline() noexcept;
    redis::DeadLetterDesk& dead_letter_desk() noexcept;
    redis::PauseSwitch& pause_switch() noexcept;
    redis::BacklogGauge& backlog() noexcept;
    redis::Erasure& erasure() noexcept;
    brevo::ErasureApi& brevo_erasure() noexcept;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace app
