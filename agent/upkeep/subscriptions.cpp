#include "upkeep/subscriptions.hpp"

#include "calendly/present.hpp"

#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "text/text.hpp"

namespace upkeep {
namespace {

namespace asio = boost::asio;
using calendly::Scope;
using calendly::Subscription;

constexpr unsigned most_urls = 5;  // that are tried when somebody has the ones before

bool is_refused(const api::ApiFailure& failure) {
    return failure.status == 403 && failure.remedy == api::Remedy::give_up;
}

bool speaks_of_plan(const api::ApiFailure& failure) {
    return text::lower_case(failure.body).find("upgrade") != std::string::npos;
}

void quietly(const std::string&) {}

}  // namespace

rules::WantedSubscription wanted_by(const config::Webhook& webhook) {
    if (webhook.url.empty())
        throw std::invalid_argument("webhook.url: missing: write the public address of nginx's location");
    const auto scope = calendly::parse_scope(webhook.scope);
    if (!scope || *scope == Scope::group)
        throw std::invalid_argument(fmt::format(
            "webhook.scope: {}: nothing here says which; write organization or user", webhook.scope));
    return {webhook.url, *scope, webhook.events};
}

std::string explain(const api::ApiFailure& failure, const rules::WantedSubscription& wanted) {
    if (is_refused(failure) && speaks_of_plan(failure))
        return api::describe(failure) +
               "; the organization owner's plan does not include webhooks for these events: upgrade it, or "
               "change webhook.events";
    if (is_refused(failure) && wanted.scope == Scope::organization)
        return api::describe(failure) +
               "; webhook.scope: organization needs the token of the organization's owner or an admin, with "
               "the scopes webhooks:read and webhooks:write: use such a token, or scope: user";
    if (is_refused(failure))
        return api::describe(failure) + "; the token needs the scopes webhooks:read and webhooks:write";
    if (failure.status == 409)
        return api::describe(failure) +
               "; this user has a subscription with this URL that is not listed: calendly-brevo webhooks "
               "list";
    if (failure.status == 401) return api::describe(failure) + "; check the token in the configuration";
    return api::describe(failure);
}

Subscriptions::Subscriptions(calendly::AccountApi& api, rules::WantedSubscription wanted,
                             net::Interruption& interruption, std::chrono::milliseconds overlap)
    : api_(api), wanted_(std::move(wanted)), interruption_(interruption), overlap_(overlap) {}

asio::awaitable<api::Answer<std::vector<Subscription>>> Subscriptions::list(calendly::User user,
                                                                            bool& sees_organization) {
    std::vector<Subscription> all;
    auto organizations = co_await api_.subscriptions(user.organization, Scope::organization, "");
    sees_organization = organizations.has_value();
    if (!organizations && !is_refused(organizations.error())) co_return organizations.error();
    if (organizations) std::move(organizations->begin(), organizations->end(), std::back_inserter(all));
    auto own = co_await api_.subscriptions(user.organization, Scope::user, user.uri);
    if (!own) co_return own.error();
    std::move(own->begin(), own->end(), std::back_inserter(all));
    co_return all;
}

asio::awaitable<api::Answer<Seen>> Subscriptions::look() {
    if (!user_) {
        auto me = co_await api_.me();
        if (!me) co_return me.error();
        user_ = std::move(*me);
    }
    Seen seen;
    seen.user = *user_;
    auto all = co_await list(*user_, seen.sees_organization);
    if (!all) co_return all.error();
    seen.verdict = rules::judge(*all, wanted_, calendly::present());
    co_return seen;
}

// A URL that is taken by what is not listed is passed over: a subscription may have been made in this moment.
asio::awaitable<api::Answer<Subscription>> Subscriptions::make(std::string url, calendly::User user,
                                                               std::string signing_key) {
    std::vector<std::string> taken;
    for (unsigned attempts = 1;; ++attempts) {
        calendly::NewSubscription wish{url,           wanted_.events, user.organization,
                                       wanted_.scope, user.uri,       signing_key};
        auto made = co_await api_.subscribe(std::move(wish));
        if (made || made.error().status != 409 || attempts == most_urls) co_return made;
        taken.push_back(url);
        url = rules::next_url(wanted_.url, taken);
    }
}

asio::awaitable<api::Answer<Change>> Subscriptions::carry_out(rules::SubscriptionPlan plan,
                                                              calendly::User user, std::string signing_key,
                                                              Said said) {
    if (!said) said = quietly;
    Change change;
    if (plan.make) {
        auto made = co_await make(*plan.make, std::move(user), std::move(signing_key));
        if (!made) co_return made.error();
        change.made = std::move(*made);
        said(fmt::format("subscribed {}", change.made->url));
        if (plan.is_overlap_needed) co_await interruption_.sleep(overlap_);
    }
    for (const auto& uri : plan.remove) {
        auto removed = co_await api_.unsubscribe(uri);
        if (!removed) co_return removed.error();
        change.removed.push_back(uri);
        said(fmt::format("deleted {}", uri));
    }
    co_return change;
}

}  // namespace upkeep
