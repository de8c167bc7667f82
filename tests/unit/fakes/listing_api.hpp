// A Calendly whose meetings the test made, listed in small pages.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "calendly/account_api.hpp"
#include "calendly/listing_api.hpp"
#include "calendly/listing_parse.hpp"

namespace fakes {

namespace json = boost::json;

class ListingApi final : public calendly::ListingApi {
public:
    struct Meeting {
        json::object event;
        std::vector<json::object> invitees;
    };
    std::vector<Meeting> meetings;  // by their start
    std::size_t page_size = 2;
    bool is_for_leaders = false;              // the organization's are refused
    std::vector<std::string> lacking_scopes;  // that refusals with 403 name

    // What was asked: "events organization 2026-...", "invitees E1", "invitee Iold", "event E1".
    std::vector<std::string> calls;
    // Called at each call before it is answered; may throw. A status that it gives is the refusal.
    std::function<unsigned(const std::string& call)> on_call;

    static constexpr const char* origin_text = "https://api.calendly.com";

    // A meeting at `start`, changed at `changed`.
    Meeting& meet(const std::string& name, const std::string& start, const std::string& changed) {
        json::object event{{"uri", event_uri(name)},
                           {"name", "Meeting " + name},
                           {"status", "active"},
                           {"start_time", start},
                           {"end_time", start},
                           {"event_type", std::string(origin_text) + "/event_types/demo"},
                           {"invitees_counter", {{"total", 1}, {"active", 1}, {"limit", 1}}},
                           {"updated_at", changed}};
        meetings.push_back({std::move(event), {}});
        return meetings.back();
    }
    static json::object invitee(const std::string& event, const std::string& name, const std::string& email,
                                const std::string& created) {
        return {{"uri", event_uri(event) + "/invitees/I" + name},
                {"email", email},
                {"name", name},
                {"event", event_uri(event)},
                {"status", "active"},
                {"rescheduled", false},
                {"created_at", created},
                {"updated_at", created}};
    }
    static std::string event_uri(const std::string& name) {
        return std::string(origin_text) + "/scheduled_events/E" + name;
    }

    boost::asio::awaitable<api::Answer<calendly::ListPage<calendly::ListedEvent>>> events(
        calendly::EventFilter filter, std::string page_token) override {
        const bool is_organization = filter.owner.user.empty();
        auto refusal = note("events " + std::string(is_organization ? "organization" : "user"));
        if (!refusal && is_organization && is_for_leaders) refusal = failure(403);
        if (refusal) co_return *refusal;
        std::vector<json::value> found;
        for (const auto& meeting : meetings) {
            const auto start =
                calendly::parse_timestamp(std::string(meeting.event.at("start_time").as_string()));
            if ((filter.from && *start < *filter.from) || (filter.to && *start > *filter.to)) continue;
            found.emplace_back(meeting.event);
        }
        calendly::ListPage<calendly::ListedEvent> page;
        const auto begin = page_token.empty() ? 0 : std::stoul(page_token);
        const auto end = std::min(begin + page_size, found.size());
        for (auto i = begin; i < end; ++i) page.items.push_back(calendly::parse_listed_event(found[i]));
        if (end < found.size()) page.next_page_token = std::to_string(end);
        co_return page;
    }

    boost::asio::awaitable<api::Answer<calendly::ListPage<calendly::ListedInvitee>>> invitees(
        calendly::Link event, std::string page_token) override {
        if (const auto refusal = note("invitees " + id_in(event.path))) co_return *refusal;
        calendly::ListPage<calendly::ListedInvitee> page;
        for (const auto& meeting : meetings) {
            if (id_in(std::string(meeting.event.at("uri").as_string())) != id_in(event.path)) continue;
            const auto begin = page_token.empty() ? 0 : std::stoul(page_token);
            const auto end = std::min(begin + page_size, meeting.invitees.size());
            for (auto i = begin; i < end; ++i)
                page.items.push_back(calendly::parse_listed_invitee(meeting.invitees[i]));
            if (end < meeting.invitees.size()) page.next_page_token = std::to_string(end);
        }
        co_return page;
    }

    boost::asio::awaitable<api::Answer<calendly::ListPage<calendly::ListedEventType>>> event_types(
        calendly::Owner, std::optional<bool>, std::string) override {
        co_return calendly::ListPage<calendly::ListedEventType>{};
    }

    boost::asio::awaitable<api::Answer<calendly::ListedEvent>> event(calendly::Link link) override {
        if (const auto refusal = note("event " + id_in(link.path))) co_return *refusal;
        for (const auto& meeting : meetings)
            if (std::string(meeting.event.at("uri").as_string()) == origin_text + link.path)
                co_return calendly::parse_listed_event(meeting.event);
        co_return failure(404);
    }

    boost::asio::awaitable<api::Answer<calendly::ListedInvitee>> invitee(calendly::Link link) override {
        if (const auto refusal = note("invitee " + id_in(link.path))) co_return *refusal;
        for (const auto& meeting : meetings)
            for (const auto& one : meeting.invitees)
                if (std::string(one.at("uri").as_string()) == origin_text + link.path)
                    co_return calendly::parse_listed_invitee(one);
        co_return failure(404);
    }

    boost::asio::awaitable<api::Answer<calendly::SchedulingLink>> create_link(std::string) override {
        co_return failure(404);
    }

    std::string origin() const override { return origin_text; }

private:
    static std::string id_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

    api::ApiFailure failure(unsigned status) const {
        api::ApiFailure failure;
        failure.remedy = status >= 500 || status == 429 ? api::Remedy::retry : api::Remedy::give_up;
        failure.status = status;
        failure.reason = "Calendly answered " + std::to_string(status);
        if (status == 403) failure.required_scopes = lacking_scopes;
        return failure;
    }

    std::optional<api::ApiFailure> note(std::string call) {
        calls.push_back(call);
        const auto status = on_call ? on_call(call) : 0;
        if (status == 0) return std::nullopt;
        return failure(status);
    }
};

class OwnAccount final : public calendly::AccountApi {
public:
    boost::asio::awaitable<api::Answer<calendly::User>> me() override {
        co_return calendly::User{"https://api.calendly.com/users/U1", "Harriet", "h@example.com",
                                 "https://api.calendly.com/organizations/O1"};
    }
    boost::asio::awaitable<api::Answer<calendly::Role>> role(calendly::User) override {
        co_return calendly::Role::owner;
    }
    boost::asio::awaitable<api::Answer<std::vector<calendly::Subscription>>> subscriptions(
        std::string, calendly::Scope, std::string) override {
        co_return std::vector<calendly::Subscription>{};
    }
    boost::asio::awaitable<api::Answer<calendly::Subscription>> subscribe(
        calendly::NewSubscription) override {
        co_return calendly::Subscription{};
    }
    boost::asio::awaitable<api::Answer<bool>> unsubscribe(std::string) override { co_return true; }
};

}  // namespace fakes
