#include "net/resolve.hpp"

#include <memory>
#include <optional>

#include <boost/asio/this_coro.hpp>

#include "net/event.hpp"

namespace net {
namespace {

using boost::asio::ip::tcp;
using Resolved = boost::system::result<tcp::resolver::results_type>;

// Outlives the coroutine when the answer comes too late.
struct Lookup {
    explicit Lookup(const boost::asio::any_io_executor& executor) : resolver(executor), answered(executor) {}
    tcp::resolver resolver;
    Event answered;
    std::optional<Resolved> result;
};

}  // namespace

boost::asio::awaitable<Resolved> resolve(std::string host, std::string port,
                                         std::chrono::steady_clock::time_point deadline) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto lookup = std::make_shared<Lookup>(executor);
    lookup->resolver.async_resolve(host, port, [lookup](boost::system::error_code error, auto endpoints) {
        lookup->result = error ? Resolved(error) : Resolved(std::move(endpoints));
        lookup->answered.set();
    });
    co_await lookup->answered.wait_until(deadline);
    if (!lookup->result) {
        lookup->resolver.cancel();  // one thread looks up all names: a lookup that nobody waits for must not
                                    // hold up others
        co_return boost::system::error_code(boost::asio::error::timed_out);
    }
    co_return *lookup->result;
}

}  // namespace net
