#include "cli/login_address.hpp"

#include <unistd.h>

#include <array>
#include <charconv>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "http/server.hpp"
#include "redis/error.hpp"
#include "redis/login_desk.hpp"
#include "web/login_page.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto look_every = 500ms;  // whether an agent has brought something
constexpr std::size_t longest_address = 16 * 1024;

bool is_loopback_host(const std::string& host) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    return host == "localhost" || (!error && address.is_loopback());
}

// "localhost" is tried as browsers do, IPv4 first.
tcp::endpoint endpoint_of(const LoopbackAddress& address) {
    const bool is_name = address.host == "localhost";
    return {asio::ip::make_address(is_name ? "127.0.0.1" : address.host.c_str()), address.port};
}

bool is_blank(const std::string& line) {
    return line.find_first_not_of(" \t\r") == line.npos;
}

}  // namespace

std::optional<LoopbackAddress> parse_loopback(const std::string& redirect_uri) {
    const auto url = boost::urls::parse_uri(redirect_uri);
    if (!url || url->scheme() != "http") return std::nullopt;
    LoopbackAddress address{std::string(url->host_address()), 80, std::string(url->encoded_path())};
    if (!is_loopback_host(address.host)) return std::nullopt;
    if (url->has_port() && url->port_number() != 0) address.port = url->port_number();
    if (address.path.empty()) address.path.push_back('/');
    return address;
}

LoginAddress::LoginAddress(net::Interruption& interruption)
    : interruption_(interruption), arrived_(interruption.executor()) {}

LoginAddress::~LoginAddress() = default;

void LoginAddress::take(std::string address) {
    if (!address_) address_ = std::move(address);
    arrived_.notify();
}

void LoginAddress::read_input() {
    const int input = ::dup(STDIN_FILENO);
    if (input < 0) return;
    input_.emplace(interruption_.executor(), input);
    await_input();
}

// Only the wait is asynchronous: the terminal, which others use as well, stays as it is.
void LoginAddress::await_input() {
    input_->async_wait(asio::posix::stream_descriptor::wait_read, [this](const auto& error) {
        if (error != asio::error::operation_aborted) take_input();
    });
}

void LoginAddress::take_input() {
    std::array<char, 4096> buffer;
    const auto size = ::read(input_->native_handle(), buffer.data(), buffer.size());
    if (size > 0) typed_.append(buffer.data(), static_cast<std::size_t>(size));
    if (size <= 0 && !is_blank(typed_)) typed_.push_back('\n');  // the last line has no end of its own
    for (auto end = typed_.find('\n'); end != typed_.npos && !address_; end = typed_.find('\n')) {
        auto line = typed_.substr(0, end);
        typed_ = typed_.substr(end + 1);
        if (!is_blank(line)) take(std::move(line));
    }
    if (size > 0 && !address_ && typed_.size() < longest_address) await_input();
}

void LoginAddress::listen(const LoopbackAddress& address) {
    path_ = address.path;
    http::ServerOptions options;
    options.address = endpoint_of(address);
    options.max_body_size = 1024;
    options.connections = {.in_all = 16, .of_a_peer = 16};
    server_ = std::make_unique<http::Server>(
        interruption_.executor(), options,
        [this](http::Request request) -> asio::awaitable<std::optional<http::Response>> {
            auto response = co_await answer(std::move(request));
            co_return response;
        });
    server_->start();
}

// A browser asks for other things as well, such as an icon.
asio::awaitable<std::optional<http::Response>> LoginAddress::answer(http::Request request) {
    const std::string target(request.target());
    const auto mark = target.find('?');
    const bool is_meant =
        request.method() == http::Verb::get && mark != target.npos && target.substr(0, mark) == path_;
    if (is_meant) take(target);
    co_return web::login_page(is_meant ? web::Handover::taken : web::Handover::unknown);
}

asio::awaitable<std::optional<std::string>> LoginAddress::wait(redis::LoginDesk* desk, std::string state) {
    const auto end = std::chrono::steady_clock::now() + redis::login_lasts;
    while (!address_ && std::chrono::steady_clock::now() < end) {
        if (desk) {
            try {
                auto brought = co_await desk->take(state);
                if (brought) take(std::move(*brought));
            } catch (const redis::Error&) {
                // What is pasted counts without Redis, too.
            }
        }
        if (address_) break;
        const bool goes_on =
            co_await arrived_.wait_until(std::chrono::steady_clock::now() + look_every, interruption_);
        if (!goes_on) throw net::Interrupted();
    }
    if (input_) input_->cancel();
    if (server_) co_await server_->stop(1s);
    co_return address_;
}

}  // namespace cli
