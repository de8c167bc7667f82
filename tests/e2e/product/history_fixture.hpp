// History that nobody was told of, and what producers make of it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "calendly/timestamp.hpp"
#include "e2e/product/fixture.hpp"
#include "shared/webhook_entry.hpp"

namespace e2e {

class HistoryTest : public ProductTest {
protected:
    static constexpr const char* connector = "calendly";

    // `seconds` from now, as Calendly writes it.
    static std::string moment(std::chrono::seconds from_now) {
        const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        return calendly::to_string(now + from_now);
    }
    static std::string day(std::chrono::days from_today) { return moment(from_today).substr(0, 10); }

    // A booking with an invitee and a meeting of this name; made an hour ago for a meeting in a week.
    static json::object booking(const std::string& name, json::object more = {}) {
        json::object action{{"do", "book"},
                            {"email", name + "@example.com"},
                            {"name", "Of " + name},
                            {"invitee_id", "I" + name},
                            {"event_id", "E" + name},
                            {"created_at", moment(std::chrono::hours(-1))},
                            {"start_time", moment(std::chrono::days(7))}};
        for (const auto& [key, value] : more) action[key] = value;
        return action;
    }

    // It happens in Calendly, and no webhook tells of it.
    void happen(json::array actions) {
        sandbox().post("/play", {{"quiet", true}, {"actions", std::move(actions)}});
    }

    static std::string invitee_uri(const std::string& name) {
        return "https://api.calendly.com/scheduled_events/E" + name + "/invitees/I" + name;
    }

    harness::RedisClient redis() { return system_->redis().client(); }
    std::string key(const std::string& name) { return shared::connector_key(connector, name); }

    // What waits in the stream of history, oldest first.
    std::vector<shared::WebhookEntry> entries() {
        auto client = redis();
        const auto reply = client.command({"XRANGE", key("history"), "-", "+"});
        std::vector<shared::WebhookEntry> all;
        for (std::size_t i = 0; i < reply->elements; ++i)
            all.push_back(shared::parse_webhook_entry(*reply->element[i]).value());
        return all;
    }
    std::int64_t waiting() { return redis().integer({"XLEN", key("history")}); }

    // "invitee.created IAda"
    static std::string change_in(const shared::WebhookEntry& entry) {
        const auto body = json::parse(entry.body);
        const auto uri = text_at(body, "/payload/uri");
        return text_at(body, "/event") + " " + uri.substr(uri.rfind('/') + 1);
    }
    Names changes() {
        Names all;
        for (const auto& entry : entries()) all.push_back(change_in(entry));
        return all;
    }

    // What was found a moment ago and tells no time was found four minutes ago.
    void let_puzzles_age() {
        auto client = redis();
        const auto seen = client.command({"HGETALL", key("seen")});
        for (std::size_t i = 0; i + 1 < seen->elements; i += 2) {
            const std::string id(shared::text(*seen->element[i])), text(shared::text(*seen->element[i + 1]));
            if (!text.starts_with('?')) continue;
            const auto aged =
                "?" + std::to_string(std::stoll(text.substr(1)) - 240) + text.substr(text.find(' '));
            client.command({"HSET", key("seen"), id, aged});
        }
    }

    static std::int64_t number(const json::value& value, const char* name) {
        return value.at(name).to_number<std::int64_t>();
    }
};

}  // namespace e2e
