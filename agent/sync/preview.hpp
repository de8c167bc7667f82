// What a delivery would do, found out by the very parts that do it, on stores and a Brevo that write nothing.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <spdlog/logger.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "brevo/api.hpp"
#include "calendly/api.hpp"
#include "net/interruption.hpp"
#include "redis/person_store.hpp"
#include "rules/mapping.hpp"
#include "shared/webhook_entry.hpp"

namespace syncing {

// An API refuses the credential or the account: nothing can be found out.
struct PreviewError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct PreviewWorld {
    boost::asio::any_io_executor executor;
    net::Interruption& interruption;  // requested when an API refuses the credential or the account
    redis::PersonStore& people;       // only looked at
    calendly::Api& calendly;          // its links are followed
    brevo::Api& brevo;                // only read
    std::shared_ptr<spdlog::logger> log;
};

struct Preview {
    std::string person;
    bool is_written = false;                 // there is a contact to write
    brevo::Contact contact;                  // with all the lists that it is to be on
    std::vector<brevo::ListId> join_lists;   // those that it is not on yet, as far as the ledger knows
    std::vector<brevo::ListId> leave_lists;  // those that it is on and is to leave
    std::vector<brevo::Event> events;
    std::vector<std::string> problems;  // one line each
};

// Of one entry; of several people that it concerns, that of the one whom it is about. An entry that would go
// to the dead letters has that among its problems. Throws calendly::ShapeError, redis::Error, PreviewError,
// Interrupted.
boost::asio::awaitable<Preview> preview(PreviewWorld world, const rules::Mapping& mapping,
                                        shared::WebhookEntry entry);

}  // namespace syncing
