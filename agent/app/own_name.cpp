#include "app/own_name.hpp"

#include <unistd.h>
#include <random>

#include <fmt/format.h>
#include <boost/asio/ip/host_name.hpp>

namespace app {

std::string make_own_name() {
    std::random_device random;
    return fmt::format("{}-{}-{:08x}", boost::asio::ip::host_name(), ::getpid(), random());
}

}  // namespace app
