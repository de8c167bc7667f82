#include "rules/subscription_check.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "text/names.hpp"

namespace rules {
namespace {

using State = SubscriptionState;
using calendly::Subscription;

constexpr std::chrono::hours retries_last{24};

constexpr std::array subscription_state_names = {
    text::Named{State::missing, "missing"},
    text::Named{State::disabled, "disabled"},
    text::Named{State::wrong_scope, "wrong_scope"},
    text::Named{State::wrong_events, "wrong_events"},
    text::Named{State::duplicate, "duplicate"},
    text::Named{State::retrying, "retrying"},
    text::Named{State::ok, "ok"},
};

bool has_all(const std::vector<std::string>& events, const std::vector<std::string>& wanted) {
    return std::ranges::all_of(wanted,
                               [&](const auto& event) { return std::ranges::count(events, event) > 0; });
}

// What is wrong with one of ours, the others apart.
std::optional<State> own_problem(const Subscription& subscription, const WantedSubscription& wanted) {
    if (subscription.state != "active") return State::disabled;
    if (subscription.scope != to_string(wanted.scope)) return State::wrong_scope;
    if (!has_all(subscription.events, wanted.events)) return State::wrong_events;
    return std::nullopt;
}

// Calendly does not clear the time when a delivery succeeds: a day later it says nothing any more.
bool is_retrying(const Subscription& subscription, calendly::Timestamp now) {
    const auto& since = subscription.retry_started_at;
    return since && now - *since < retries_last;
}

bool is_older(const JudgedSubscription& one, const JudgedSubscription& other) {
    return one.subscription.created_at < other.subscription.created_at;
}

std::string in_lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string or_else(std::string text, std::string_view otherwise) {
    return text.empty() ? std::string(otherwise) : text;
}

// Scheme, host, port and path, as far as it matters how they are written. Nothing when it is no URL.
std::optional<std::array<std::string, 4>> place_of(std::string_view url) {
    const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
    if (!parsed) return std::nullopt;
    const bool is_https = parsed->scheme_id() == boost::urls::scheme::https;
    return std::array{in_lower_case(parsed->scheme()), in_lower_case(std::string(parsed->encoded_host())),
                      or_else(parsed->port(), is_https ? "443" : "80"),
                      or_else(std::string(parsed->encoded_path()), "/")};
}

}  // namespace

std::string_view to_string(SubscriptionState state) noexcept {
    return text::name_of(state, subscription_state_names);
}

const JudgedSubscription* SubscriptionVerdict::serving() const noexcept {
    const JudgedSubscription* newest = nullptr;
    for (const auto& one : subscriptions) {
        const bool serves = one.is_ours && (!one.problem || one.problem == State::retrying);
        if (serves && (!newest || !is_older(one, *newest))) newest = &one;
    }
    return newest;
}

SubscriptionVerdict judge(const std::vector<Subscription>& subscriptions, const WantedSubscription& wanted,
                          calendly::Timestamp now) {
    SubscriptionVerdict verdict;
    for (const auto& subscription : subscriptions) {
        JudgedSubscription judged{subscription, is_same_place(subscription.url, wanted.url), std::nullopt};
        if (judged.is_ours) judged.problem = own_problem(subscription, wanted);
        verdict.subscriptions.push_back(std::move(judged));
    }
    const auto* serving = verdict.serving();
    for (auto& one : verdict.subscriptions) {
        if (!one.is_ours || one.problem) continue;
        if (&one != serving)
            one.problem = State::duplicate;
        else if (is_retrying(one.subscription, now))
            one.problem = State::retrying;
    }
    const bool is_any_ours = std::ranges::any_of(verdict.subscriptions, &JudgedSubscription::is_ours);
    verdict.state = is_any_ours ? State::ok : State::missing;
    for (const auto& one : verdict.subscriptions)
        if (one.problem) verdict.state = std::min(verdict.state, *one.problem);
    return verdict;
}

bool is_same_place(std::string_view url, std::string_view other) {
    const auto place = place_of(url);
    return place && place == place_of(other);
}

std::string next_url(std::string_view url, const std::vector<std::string>& taken) {
    unsigned highest = 1;  // the configured URL itself is the first
    bool is_free = true;
    for (const auto& one : taken) {
        if (!is_same_place(one, url)) continue;
        is_free = is_free && one != url;
        const auto parsed = boost::urls::parse_uri(one);
        const auto version = parsed->params().find("v");
        if (version == parsed->params().end()) continue;
        const std::string text((*version).value);
        unsigned number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        highest = std::max(highest, number);
    }
    if (is_free && highest == 1) return std::string(url);
    boost::urls::url next{std::string(url)};
    next.params().set("v", std::to_string(highest + 1));
    return std::string(next.buffer());
}

}  // namespace rules
