// What stands in front of an API: faults that were asked for, and the journal.
#pragma once

#include <functional>
#include <memory>

#include "http/server.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/router.hpp"

namespace sandbox {

struct ApiGate {
    Api api;
    std::string base_path;
    std::function<Answer(Call, Instant)> handle;
    std::shared_ptr<Faults> faults;
    std::shared_ptr<Journal> journal;
};

asio::awaitable<std::optional<http::Server::Response>> pass(std::shared_ptr<const ApiGate> gate,
                                                            http::Server::Request request);

}  // namespace sandbox
