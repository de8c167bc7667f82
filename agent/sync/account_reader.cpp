#include "sync/account_reader.hpp"

#include <fmt/ranges.h>

#include "sync/account.hpp"
#include "sync/mask.hpp"

namespace syncing {

namespace asio = boost::asio;

namespace {

std::string mapping_problem(const config::FieldMapping& mapping, const AccountAttributes& attributes) {
    std::vector<std::string> problems;
    if (const auto missing = missing_attributes(mapping, attributes); !missing.empty())
        problems.push_back(
            fmt::format("attributes that the Brevo account lacks: {}", fmt::join(missing, ", ")));
    if (const auto unwritable = unwritable_attributes(mapping, attributes); !unwritable.empty())
        problems.push_back(
            fmt::format("attributes of a type that cannot be written: {}", fmt::join(unwritable, ", ")));
    return fmt::format("{}", fmt::join(problems, "; "));
}

// Another agent was faster.
bool already_exists(const http::ApiFailure& failure) {
    return failure.status == 400 && failure.body.find("must be unique") != std::string::npos;
}

}  // namespace

AccountReader::AccountReader(const config::Connector& connector, brevo::Api& api, Persistence& persistence,
                             Performer& performer, Statistics& statistics,
                             std::shared_ptr<spdlog::logger> log)
    : connector_(connector),
      api_(api),
      persistence_(persistence),
      performer_(performer),
      statistics_(statistics),
      log_(std::move(log)) {
    statistics_.mapping_problem = "the account's attributes have not been read yet";
}

asio::awaitable<void> AccountReader::read() {
    const auto get = [this] { return api_.attributes(); };
    auto answer = co_await persistence_.persist(get);
    if (!answer) {
        go_on_without(answer.error());
        co_return;
    }
    auto attributes = index_by_name(std::move(*answer));
    if (connector_.brevo.create_attributes) co_await create_missing(attributes);
    statistics_.mapping_problem = mapping_problem(connector_.field_mapping, attributes);
    if (!statistics_.mapping_problem.empty())
        log_->error(
            "{}; their values are not synced: create them in Brevo, or set brevo.create_attributes: true",
            statistics_.mapping_problem);
    performer_.use_attributes(std::move(attributes));
    has_read_ = true;
}

void AccountReader::go_on_without(const http::ApiFailure& failure) {
    statistics_.mapping_problem = "the account's attributes cannot be read: " + describe(failure);
    log_->error("{}; {}", statistics_.mapping_problem,
                has_read_ ? "those that were read last count" : "every value is sent as text");
    if (!has_read_) performer_.use_attributes(assume_text(connector_.field_mapping));
}

asio::awaitable<void> AccountReader::create_missing(AccountAttributes& attributes) {
    for (const auto& name : missing_attributes(connector_.field_mapping, attributes)) {
        brevo::Attribute attribute{name, brevo::AttributeType::text, {}};
        const auto create = [this, &attribute] { return api_.create_attribute(attribute); };
        const auto answer = co_await persistence_.persist(create);
        if (answer || already_exists(answer.error())) {
            log_->info("attribute {} created in Brevo, type text", name);
            attributes[name] = std::move(attribute);
        } else {
            log_->error("attribute {} could not be created: {}", name, describe(answer.error()));
        }
    }
}

}  // namespace syncing
