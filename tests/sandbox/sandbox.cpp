#include "sandbox/sandbox.hpp"

#include <sstream>

#include "sandbox/api_gate.hpp"
#include "sandbox/control_api.hpp"
#include "sandbox/tls_authority.hpp"

namespace sandbox {
namespace {

constexpr std::uint64_t largest_body = 16 * 1024 * 1024;  // Brevo's imports are at most 10 MB
constexpr std::chrono::seconds shutdown_grace{5};

std::optional<asio::ssl::context> make_tls(const std::filesystem::path& directory) {
    if (directory.empty()) return std::nullopt;
    const auto identity = make_tls_identity();
    write_tls_identity(identity, directory);
    return server_context(identity);
}

http::ServerOptions server_options(const asio::ip::tcp::endpoint& address,
                                   std::optional<asio::ssl::context>& tls) {
    http::ServerOptions options;
    options.address = address;
    options.tls = tls ? tls->native_handle() : nullptr;
    options.max_body_size = largest_body;
    return options;
}

http::Server::Handler gate(Api api, std::string base_path, const std::shared_ptr<World>& world) {
    auto handle = [world, api](Call call, Instant at) {
        return api == Api::calendly ? world->calendly_api.handle(std::move(call), at)
                                    : world->brevo_api.handle(std::move(call), at);
    };
    const auto gate = std::make_shared<const ApiGate>(
        ApiGate{api, std::move(base_path), std::move(handle), world->faults, world->journal});
    return [gate](http::Server::Request request) { return pass(gate, std::move(request)); };
}

http::Server::Handler control(const std::shared_ptr<World>& world) {
    const auto api = std::make_shared<ControlApi>(world);
    return [api](http::Server::Request request) { return ControlApi::serve(api, std::move(request)); };
}

std::string address_of(const http::Server& server, bool secure) {
    std::ostringstream text;
    text << (secure ? "https://" : "http://") << server.local_endpoint();
    return text.str();
}

}  // namespace

Sandbox::Sandbox(asio::io_context& io, const Options& options)
    : world_(std::make_shared<World>(io.get_executor(), options.world)),
      secure_(!options.tls_directory.empty()),
      tls_(make_tls(options.tls_directory)) {
    std::optional<asio::ssl::context> plain;
    const auto executor = io.get_executor();
    calendly_.emplace(executor, server_options(options.calendly, tls_), gate(Api::calendly, "", world_));
    brevo_.emplace(executor, server_options(options.brevo, tls_), gate(Api::brevo, "/v3", world_));
    control_.emplace(executor, server_options(options.control, plain), control(world_));
    for (auto* server : {&calendly_, &brevo_, &control_}) (*server)->start();
}

Addresses Sandbox::addresses() const {
    return {address_of(*calendly_, secure_), address_of(*brevo_, secure_) + "/v3",
            address_of(*control_, false)};
}

asio::awaitable<void> Sandbox::stop() {
    world_->deliveries->stop();
    world_->journal->close();
    for (auto* server : {&calendly_, &brevo_, &control_}) co_await (*server)->stop(shutdown_grace);
}

}  // namespace sandbox
