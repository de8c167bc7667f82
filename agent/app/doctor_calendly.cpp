// The Calendly account: the token, what it may, our subscription, the event types that are mapped.
#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/calendly_account.hpp"
#include "app/connector_services.hpp"
#include "app/doctor.hpp"
#include "app/doctor_call.hpp"
#include "app/oauth_login.hpp"
#include "calendly/account_parse.hpp"
#include "calendly/listing_api.hpp"
#include "calendly/parse.hpp"
#include "calendly/personal_token.hpp"
#include "calendly/refusal.hpp"
#include "rules/mapping.hpp"
#include "rules/scopes.hpp"
#include "upkeep/subscriptions.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;
using rules::Finding;
using rules::Findings;
using rules::SubscriptionState;

constexpr auto another_token =
    "make a token in Calendly (Integrations & apps > API & webhooks) and configure it";
constexpr auto log_in = "calendly-brevo auth login";
constexpr auto soon = 7 * 24h;
constexpr auto leaders_token = "use an owner's or admin's token";

const char* way_to_a_token(const Patient& patient) {
    return patient.connector.oauth ? log_in : another_token;
}

Finding judge_token(const Patient& patient, const HeardAnswer& answer, const std::string& login_problem) {
    constexpr auto id = "calendly.token";
    if (answer.status == 0)
        return rules::failure(id, "Calendly cannot be reached", answer.trouble,
                              "look at the network, and at calendly.api_url");
    if (answer.status == 401)
        return rules::failure(id, "Calendly refuses the token", "it was revoked, or is another one",
                              way_to_a_token(patient));
    if (answer.status == 429)
        return rules::warning(id, "Calendly's rate limit is used up, so the token cannot be tried",
                              "it answered 429",
                              "try again in a minute; calendly.rate_limit leaves room for others");
    const auto refusal = api::judge_refusal(answer.status, answer.body, calendly::refusal_form);
    if (answer.status == 403 && refusal.required_scopes.empty())
        return rules::failure(id, "Calendly answered 403",
                              refusal.words.empty() ? "GET /users/me is not allowed" : refusal.words,
                              way_to_a_token(patient));
    if (answer.status / 100 != 2 && answer.status != 403)
        return rules::failure(id, fmt::format("Calendly answered {}", answer.status),
                              "GET /users/me is not answered", "try again; see status.calendly.com");
    if (!login_problem.empty()) return rules::warning(id, "the login ends", login_problem, log_in);
    const auto expires = calendly::read_personal_token(patient.connector.access_token).expires;
    if (expires && *expires < std::chrono::system_clock::now() + soon)
        return rules::warning(id, "the token expires within a week", "it says so itself", another_token);
    return rules::well(id, "Calendly accepts the token");
}

std::optional<rules::Scopes> granted_scopes(const Patient& patient) {
    if (!patient.connector.oauth) return calendly::read_personal_token(patient.connector.access_token).scopes;
    const auto& tokens = patient.services.login()->credential->tokens();
    if (!tokens) return std::nullopt;
    return rules::split_scopes(tokens->scopes);
}

Finding judge_scopes(const Patient& patient, const rules::Scopes& refused) {
    constexpr auto id = "calendly.scopes";
    const auto granted = granted_scopes(patient);
    auto missing =
        granted ? rules::missing_scopes(*granted, needed_scopes(patient.connector)) : rules::Scopes();
    for (const auto& scope : refused)
        if (std::ranges::count(missing, scope) == 0) missing.push_back(scope);
    if (!missing.empty())
        return rules::warning(id, fmt::format("missing: {}", fmt::join(missing, ", ")),
                              "calls that need them are answered 403", way_to_a_token(patient));
    return rules::well(id,
                       granted ? "the token has all that is needed" : "nothing was refused for want of one");
}

Finding judge_role(const Patient& patient, calendly::Role role) {
    constexpr auto id = "calendly.role";
    const std::string name(to_string(role));
    if (!lacks_role(patient.connector, role)) return rules::well(id, name);
    return rules::warning(id, "scope organization, and the token's user is neither owner nor admin",
                          "only these may subscribe to and list the organization's bookings",
                          "use an owner's or admin's token, or webhook: {scope: user}");
}

Finding judge_subscription(const rules::SubscriptionVerdict& verdict) {
    constexpr auto id = "calendly.subscription";
    constexpr auto repair = "calendly-brevo webhooks repair";
    switch (verdict.state) {
        case SubscriptionState::ok:
            return rules::well(id, "it is as it should be");
        case SubscriptionState::missing:
            return rules::failure(id, "missing", "Calendly tells nobody of bookings",
                                  "calendly-brevo webhooks create");
        case SubscriptionState::disabled:
            return rules::failure(id, "disabled",
                                  "deliveries failed for a day: Calendly tells nobody of bookings any more",
                                  repair);
        case SubscriptionState::retrying:
            return rules::warning(id, "retrying",
                                  "a delivery failed within the last 24 hours and is tried again",
                                  "see edge.*; it passes by itself");
        case SubscriptionState::wrong_scope:
        case SubscriptionState::wrong_events:
        case SubscriptionState::duplicate:
            break;
    }
    const std::string state(to_string(verdict.state));
    return rules::warning(id, state,
                          "it is not what webhook: in the configuration wants; calendly-brevo webhooks list",
                          repair);
}

// Event types by their paths, and whether they are active.
struct SeenTypes {
    std::map<std::string, bool> active;
    bool are_own_only = false;  // a colleague's are not shown to the token's user
};

Finding judge_types(const Patient& patient, const SeenTypes& seen) {
    constexpr auto id = "calendly.event_types";
    std::vector<std::string> wrong, unseen;
    for (const auto& mapping : patient.connector.mapping.event_mapping) {
        const auto found = seen.active.find(std::string(rules::event_type_path(mapping.event_type_uri)));
        if (found == seen.active.end() && seen.are_own_only)
            unseen.push_back(mapping.name);
        else if (found == seen.active.end())
            wrong.push_back(fmt::format("{} does not exist ({})", mapping.name, mapping.event_type_uri));
        else if (!found->second)
            wrong.push_back(fmt::format("{} is inactive", mapping.name));
    }
    if (wrong.empty() && !unseen.empty())
        return rules::unknown(id,
                              fmt::format("{}: not seen: {}", calendly::for_leaders_only("event types"),
                                          fmt::join(unseen, ", ")),
                              leaders_token);
    if (wrong.empty())
        return rules::well(id, fmt::format("{} mapped", patient.connector.mapping.event_mapping.size()));
    return rules::warning(id, fmt::format("{} of the mapping cannot be booked", wrong.size()),
                          fmt::format("{}", fmt::join(wrong, "; ")),
                          "correct event_mapping: calendly-brevo event-types list shows the URIs");
}

std::string field_of_token(const Patient& patient) {
    return "Bearer " + patient.connector.access_token;
}

// What a refusal says of scopes.
rules::Scopes scopes_in(const HeardAnswer& answer) {
    if (answer.status != 403) return {};
    return api::judge_refusal(answer.status, answer.body, calendly::refusal_form).required_scopes;
}

// Tokens that cannot be had for the moment say nothing of the login.
Finding no_login(const api::ApiFailure& failure) {
    if (failure.remedy != api::Remedy::park)
        return rules::unknown("calendly.token", api::describe(failure),
                              "see redis.reachable or oauth.store, where the tokens are, and try again");
    return rules::failure("calendly.token", "the login does not serve", api::describe(failure), log_in);
}

void add(std::string id, const api::ApiFailure& failure, Findings& findings) {
    findings.push_back(
        rules::unknown(std::move(id), api::describe(failure), "see calendly.token and calendly.scopes"));
}

}  // namespace

static boost::asio::awaitable<api::Answer<SeenTypes>> active_types(Patient patient, calendly::User user) {
    auto& listing = patient.services.listing();
    SeenTypes types;
    calendly::Owner owner{user.organization, ""};
    std::string token;
    do {
        auto page = co_await listing.event_types(owner, std::nullopt, token);
        const bool is_refused = !page && api::is_for_leaders_only(page.error()) && owner.user.empty();
        if (is_refused) {
            owner = {"", user.uri};
            types.are_own_only = true;
            token.clear();
            page = co_await listing.event_types(owner, std::nullopt, token);
        }
        if (!page) co_return page.error();
        for (const auto& type : page->items)
            types.active[std::string(rules::event_type_path(type.uri))] = type.is_active;
        token = page->next_page_token;
    } while (!token.empty());
    co_return types;
}

static boost::asio::awaitable<api::Answer<Finding>> examine_subscription(Patient patient) {
    constexpr auto id = "calendly.subscription";
    const auto& webhook = patient.connector.webhook;
    if (webhook.url.empty())
        co_return rules::failure(id, "missing", "webhook.url is not configured",
                                 "name the public URL in webhook.url");
    rules::WantedSubscription wanted;
    try {
        wanted = upkeep::wanted_by(webhook);
    } catch (const std::invalid_argument& error) {
        co_return rules::unknown(id, error.what(), "webhook: {scope: organization}, or {scope: user}");
    }
    upkeep::Subscriptions subscriptions(patient.services.account(), wanted, patient.services.interruption(),
                                        0ms);
    const auto seen = co_await subscriptions.look();
    if (!seen) co_return seen.error();
    if (!seen->sees_organization && wanted.scope == calendly::Scope::organization)
        co_return rules::unknown(id, calendly::for_leaders_only("subscriptions"), leaders_token);
    co_return judge_subscription(seen->verdict);
}

// Needs to know who we are.
static boost::asio::awaitable<void> examine_account(Patient patient, calendly::User user,
                                                    rules::Scopes refused, Findings& findings) {
    const auto note = [&refused](const api::ApiFailure& failure) {
        refused.insert(refused.end(), failure.required_scopes.begin(), failure.required_scopes.end());
    };
    const auto role = co_await patient.services.account().role(user);
    if (role)
        findings.push_back(judge_role(patient, *role));
    else
        note(role.error()), add("calendly.role", role.error(), findings);
    auto subscription = co_await examine_subscription(patient);
    if (subscription)
        findings.push_back(std::move(*subscription));
    else
        note(subscription.error()), add("calendly.subscription", subscription.error(), findings);
    const auto types = co_await active_types(patient, user);
    if (types)
        findings.push_back(judge_types(patient, *types));
    else
        note(types.error()), add("calendly.event_types", types.error(), findings);
    findings.push_back(judge_scopes(patient, refused));
}

boost::asio::awaitable<void> examine_calendly(Patient patient, Findings& findings) {
    const auto& connector = patient.connector;
    std::string field = field_of_token(patient);
    std::string login_problem;
    if (auto* login = patient.services.login()) {
        const auto state = co_await login->credential->check();
        if (!state) co_return findings.push_back(no_login(state.error()));
        login_problem = state->problem;
        const auto renewed = co_await login->credential->field();
        if (!renewed) co_return findings.push_back(no_login(renewed.error()));
        field = *renewed;
    }
    Question question{
        connector.calendly.api_url, connector.calendly.ca_file, "/users/me", "Authorization", field,
        "X-RateLimit-Limit"};
    const auto answer = co_await ask(patient.executor, std::move(question));
    findings.push_back(judge_token(patient, answer, login_problem));
    add_clock(answer, "Calendly", findings);
    if (findings.front().status == rules::FindingStatus::fail || answer.status == 429) co_return;
    findings.push_back(check_rate("calendly.rate_limit", connector.calendly.rate_limit, answer.limit, 60s,
                                  fmt::format("calendly: {{rate_limit: {}/min}}", answer.limit.value_or(0))));
    auto refused = scopes_in(answer);
    if (answer.status != 200) {
        findings.push_back(judge_scopes(patient, refused));
        co_return;
    }
    std::optional<calendly::User> user;
    try {
        user = calendly::parse_user(calendly::parse_resource(answer.body));
    } catch (const calendly::ShapeError& error) {
        findings.front() = rules::failure("calendly.token", "what answers is not Calendly", error.what(),
                                          "look at calendly.api_url and at proxies on the way");
    }
    if (user) co_await examine_account(patient, *user, std::move(refused), findings);
}

}  // namespace app
