// Where a connector's visitors book, on the services that the connector uses.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace config {
struct Connector;
}
namespace scheduling {
class Desk;
}

namespace app {

class ConnectorServices;

class Visitors {
public:
    Visitors(boost::asio::any_io_executor executor, const config::Connector& connector,
             ConnectorServices& services);
    Visitors(const Visitors&) = delete;
    Visitors& operator=(const Visitors&) = delete;
    ~Visitors();

    // Null without scheduling.
    scheduling::Desk* desk() noexcept { return desk_.get(); }

    // From now on nothing is begun.
    void stop() noexcept;
    // Until everything that was begun has ended.
    boost::asio::awaitable<void> finished();

private:
    std::unique_ptr<scheduling::Desk> desk_;
};

}  // namespace app
