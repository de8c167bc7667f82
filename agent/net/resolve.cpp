#include "net/resolve.hpp"

#include <memory>
#include <optional>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/deadline.hpp"

namespace net {
namespace {

using boost::asio::ip::tcp;
using Resolved = boost::system::result<tcp::resolver::results_type>;

// Outlives the coroutine when the answer comes too late.
struct Lookup {
    Lookup(const boost::asio::any_io_executor& executor, std::chrono::steady_clock::time_point deadline)
        : resolver(executor), answered(executor, deadline) {}
    tcp::resolver resolver;
    boost::asio::steady_timer answered;
    std::optional<Resolved> result;
};

}  // namespace

boost::asio::awaitable<Resolved> resolve(std::string host, std::string port,
                                         std::chrono::steady_clock::time_point deadline) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto lookup = std::make_shared<Lookup>(executor, deadline);
    lookup->resolver.async_resolve(host, port, [lookup](boost::system::error_code error, auto endpoints) {
        lookup->result = error ? Resolved(error) : Resolved(std::move(endpoints));
        lookup->answered.cancel();
    });
    co_await lookup->answered.async_wait(as_result);
    if (!lookup->result) {
        lookup->resolver.cancel();  // one thread looks up all names: what waits behind others must not stay
        co_return boost::system::error_code(boost::asio::error::timed_out);
    }
    co_return *lookup->result;
}

}  // namespace net
