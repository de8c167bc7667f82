// Name resolution that keeps to its time: the system's own can take half a minute and cannot be cancelled.
#pragma once

#include <chrono>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/result.hpp>

namespace net {

// Error: asio::error::timed_out, or the resolver's.
boost::asio::awaitable<boost::system::result<boost::asio::ip::tcp::resolver::results_type>> resolve(
    std::string host, std::string port, std::chrono::steady_clock::time_point deadline);

}  // namespace net
