#include "sync/account_reader.hpp"

#include <fmt/ranges.h>

#include "sync/account.hpp"
#include "sync/mask.hpp"

namespace syncing {

namespace asio = boost::asio;

AccountReader::AccountReader(const config::Connector& connector, brevo::Api& api, Persistence& persistence,
                             PersonWorker& worker, Statistics& statistics,
                             std::shared_ptr<spdlog::logger> log)
    : connector_(connector),
      api_(api),
      persistence_(persistence),
      worker_(worker),
      statistics_(statistics),
      log_(std::move(log)) {}

asio::awaitable<void> AccountReader::read() {
    const auto get = [this] { return api_.attributes(); };
    auto answer = co_await persistence_.persist(get);
    if (!answer) {
        statistics_.mapping_problem = "the account's attributes cannot be read: " + describe(answer.error());
        log_->error("{}; every value is sent as text", statistics_.mapping_problem);
        worker_.use_attributes(assume_text(connector_.field_mapping));
        co_return;
    }
    auto attributes = index_by_name(std::move(*answer));
    if (connector_.brevo.create_attributes) co_await create_missing(attributes);
    const auto missing = missing_attributes(connector_.field_mapping, attributes);
    statistics_.mapping_problem = missing.empty() ? ""
                                                  : fmt::format("attributes that the Brevo account lacks: {}",
                                                                fmt::join(missing, ", "));
    if (!missing.empty())
        log_->error(
            "{}; their values are not synced: create them in Brevo, or set brevo.create_attributes: true",
            statistics_.mapping_problem);
    worker_.use_attributes(std::move(attributes));
}

asio::awaitable<void> AccountReader::create_missing(AccountAttributes& attributes) {
    for (const auto& name : missing_attributes(connector_.field_mapping, attributes)) {
        brevo::Attribute attribute{name, brevo::AttributeType::text, {}};
        const auto create = [this, &attribute] { return api_.create_attribute(attribute); };
        const auto answer = co_await persistence_.persist(create);
        if (answer) {
            log_->info("attribute {} created in Brevo, type text", name);
            attributes[name] = std::move(attribute);
        } else {
            log_->error("attribute {} could not be created: {}", name, describe(answer.error()));
        }
    }
}

}  // namespace syncing
