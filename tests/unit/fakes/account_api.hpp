// An account in memory, with its webhook subscriptions.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "calendly/account_api.hpp"

namespace fakes {

class AccountApi final : public calendly::AccountApi {
public:
    std::vector<calendly::Subscription> all;
    std::vector<calendly::NewSubscription> made;
    std::vector<std::string> calls;  // "me", "list organization", "list user", "subscribe", "unsubscribe"
    bool leads = true;               // false: the organization's subscriptions are not shown

    // Asked before each call is answered; what it gives is answered instead.
    std::function<std::optional<api::ApiFailure>(const std::string& call)> on_call;

    static api::ApiFailure failure(unsigned status, api::Remedy remedy, std::string body = "") {
        api::ApiFailure failure;
        failure.status = status;
        failure.remedy = remedy;
        failure.reason = "Calendly answered " + std::to_string(status);
        failure.body = std::move(body);
        return failure;
    }

    boost::asio::awaitable<api::Answer<calendly::User>> me() override {
        if (auto instead = note("me")) co_return *instead;
        calendly::User user;
        user.uri = "https://api.calendly.com/users/U";
        user.organization = "https://api.calendly.com/organizations/O";
        co_return user;
    }
    boost::asio::awaitable<api::Answer<calendly::Role>> role(calendly::User) override {
        co_return leads ? calendly::Role::owner : calendly::Role::user;
    }
    boost::asio::awaitable<api::Answer<std::vector<calendly::Subscription>>> subscriptions(
        std::string, calendly::Scope scope, std::string) override {
        const auto name = std::string(to_string(scope));
        if (auto instead = note("list " + name)) co_return *instead;
        if (scope == calendly::Scope::organization && !leads) co_return failure(403, api::Remedy::give_up);
        std::vector<calendly::Subscription> found;
        for (const auto& one : all)
            if (one.scope == name) found.push_back(one);
        co_return found;
    }
    boost::asio::awaitable<api::Answer<calendly::Subscription>> subscribe(
        calendly::NewSubscription wish) override {
        if (auto instead = note("subscribe")) co_return *instead;
        for (const auto& one : all)
            if (one.url == wish.url) co_return failure(409, api::Remedy::give_up);
        calendly::Subscription one;
        one.uri = "https://api.calendly.com/webhook_subscriptions/" + std::to_string(++last_id_);
        one.url = wish.url;
        one.scope = to_string(wish.scope);
        one.state = "active";
        one.events = wish.events;
        one.created_at = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        all.push_back(one);
        made.push_back(std::move(wish));
        co_return one;
    }
    boost::asio::awaitable<api::Answer<bool>> unsubscribe(std::string uri) override {
        if (auto instead = note("unsubscribe")) co_return *instead;
        std::erase_if(all, [&](const auto& one) { return one.uri == uri; });
        co_return true;
    }

private:
    std::optional<api::ApiFailure> note(const std::string& call) {
        calls.push_back(call);
        return on_call ? on_call(call) : std::nullopt;
    }

    unsigned last_id_ = 0;
};

}  // namespace fakes
