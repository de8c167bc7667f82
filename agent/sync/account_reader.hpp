// Reads the attributes of the Brevo account, says which of the mapping it lacks, and makes them when it may.
#pragma once

#include <memory>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "brevo/api.hpp"
#include "config/configuration.hpp"
#include "sync/performer.hpp"
#include "sync/persistence.hpp"
#include "sync/projection.hpp"

namespace syncing {

class AccountReader {
public:
    AccountReader(const config::Connector& connector, brevo::Api& api, Persistence& persistence,
                  Performer& performer, Statistics& statistics, std::shared_ptr<spdlog::logger> log);

    // From here on contacts are written for the attributes as they are now. Throws Interrupted.
    boost::asio::awaitable<void> read();

private:
    void go_on_without(const http::ApiFailure& failure);
    boost::asio::awaitable<void> create_missing(AccountAttributes& attributes);

    const config::Connector& connector_;
    brevo::Api& api_;
    Persistence& persistence_;
    Performer& performer_;
    Statistics& statistics_;
    std::shared_ptr<spdlog::logger> log_;
    bool has_read_ = false;
};

}  // namespace syncing
