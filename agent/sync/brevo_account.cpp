#include "sync/brevo_account.hpp"

#include <fmt/ranges.h>

#include "brevo/codec.hpp"

namespace syncing {

namespace asio = boost::asio;

namespace {

// Another agent was faster.
bool already_exists(const api::ApiFailure& failure) {
    return failure.status == 400 && failure.body.find("must be unique") != std::string::npos;
}

}  // namespace

BrevoAccount::BrevoAccount(const rules::Mapping& mapping, bool may_create_attributes, brevo::Api& api,
                           api::Retry& retry, std::shared_ptr<spdlog::logger> log)
    : mapping_(mapping),
      may_create_attributes_(may_create_attributes),
      api_(api),
      retry_(retry),
      log_(std::move(log)) {}

asio::awaitable<void> BrevoAccount::read() {
    co_await read_attributes();
    unread_lists_.clear();
    auto lists = account_.missing_lists;
    for (const auto& [list, places] : rules::configured_lists(mapping_)) lists.insert(list);
    co_await look_for(std::move(lists));
    left_out_ = {};
    report();
}

asio::awaitable<void> BrevoAccount::read_attributes() {
    const auto get = [this] { return api_.attributes(); };
    auto answer = co_await retry_.persist(get);
    if (!answer) {
        go_on_without(answer.error());
        co_return;
    }
    unread_attributes_.clear();
    auto attributes = rules::index_by_name(std::move(*answer));
    if (may_create_attributes_) co_await create_missing(attributes);
    account_.attributes = std::move(attributes);
    has_read_ = true;
}

void BrevoAccount::go_on_without(const api::ApiFailure& failure) {
    unread_attributes_ =
        fmt::format("the account's attributes cannot be read, {}: {}",
                    has_read_ ? "those that were read last count" : "every value is sent as text",
                    api::describe(failure));
    if (!has_read_) account_.attributes = rules::assume_text(mapping_.field_mapping);
}

asio::awaitable<void> BrevoAccount::create_missing(rules::AccountAttributes& attributes) {
    for (const auto& name : rules::missing_attributes(mapping_.field_mapping, attributes)) {
        brevo::Attribute attribute{name, rules::type_to_create(mapping_.field_mapping, name), {}, {}};
        const auto create = [this, &attribute] { return api_.create_attribute(attribute); };
        const auto answer = co_await retry_.persist(create);
        if (answer || already_exists(answer.error())) {
            log_->info("attribute {} created in Brevo, type {}", name, brevo::type_name(attribute.type));
            attributes[name] = std::move(attribute);
        } else {
            log_->error("attribute {} could not be created: {}", name, api::describe(answer.error()));
        }
    }
}

// One by one: the configuration names a few, an account may have thousands, and pages shift while lists are
// deleted.
asio::awaitable<void> BrevoAccount::look_for(rules::Lists lists) {
    for (const auto list : lists) {
        const auto ask = [this, list] { return api_.has_list(list); };
        const auto answer = co_await retry_.persist(ask);
        if (!answer) {
            unread_lists_ = fmt::format("the account's lists cannot be read, all are taken to exist: {}",
                                        api::describe(answer.error()));
        } else if (*answer) {
            account_.missing_lists.erase(list);
        } else {
            account_.missing_lists.insert(list);
        }
    }
}

// What another contact has found out meanwhile is not asked for again.
asio::awaitable<bool> BrevoAccount::leave_out_missing(brevo::Contact& contact) {
    if (rules::leave_out(contact, account_.missing_lists)) co_return true;
    auto lists = rules::lists_of(contact);
    co_await look_for(std::move(lists));
    if (!rules::leave_out(contact, account_.missing_lists)) co_return false;
    report();
    co_return true;
}

void BrevoAccount::note_lacking(const std::set<std::string>& categories) {
    const auto known = left_out_.lacking.size();
    left_out_.lacking.insert(categories.begin(), categories.end());
    if (left_out_.lacking.size() > known) report();
}

void BrevoAccount::note_refused(const std::string& attribute) {
    const bool is_news = left_out_.refused.insert(attribute).second;
    if (is_news) report();
}

void BrevoAccount::report() {
    std::vector<std::string> problems;
    for (const auto& problem :
         {unread_attributes_, rules::attribute_problem(mapping_.field_mapping, account_.attributes),
          rules::status_problem(mapping_, account_.attributes), unread_lists_,
          rules::list_problem(mapping_, account_.missing_lists), rules::left_out_problem(left_out_)})
        if (!problem.empty()) problems.push_back(problem);
    problem_ = fmt::format("{}", fmt::join(problems, "; "));
    for (const auto& problem : problems) log_->error(problem);
}

}  // namespace syncing
