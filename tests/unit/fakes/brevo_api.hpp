// A Brevo that does what the test says, and remembers what it was asked.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "brevo/api.hpp"

namespace fakes {

// Everything succeeds unless the test says otherwise. A write whose guard says no is withheld, as it would
// be.
class BrevoApi final : public brevo::Api {
public:
    // What was asked, in order: "upsert ada@example.com", "update ada@example.com",
    // "send calendly_booked ada@example.com", "attributes", "create NAME", "has_list 7".
    std::vector<std::string> calls;
    std::vector<brevo::Contact> upserted;
    std::vector<brevo::Contact> updated;
    std::vector<brevo::Event> sent;

    std::string event_oddity;  // of each success of an event

    std::vector<brevo::Attribute> account_attributes;  // created ones join them
    std::map<brevo::ListId, bool> lists;               // one that is not named exists

    // Called at each call, with what `calls` says of it, before it is answered.
    std::function<void(const std::string& call)> on_call;

    // The next call that begins like this ("upsert", "send calendly_booked", "has_list 7") fails; several
    // calls of fail_next() are used up one after the other. Withheld calls use up none.
    void fail_next(std::string call, unsigned status, std::string body = {},
                   api::Remedy remedy = api::Remedy::give_up) {
        api::ApiFailure failure;
        failure.remedy = remedy;
        failure.status = status;
        failure.reason = "Brevo answered " + std::to_string(status) + " to " + call;
        failure.body = std::move(body);
        failures_.emplace_back(std::move(call), std::move(failure));
    }

    boost::asio::awaitable<api::Answer<brevo::Done>> upsert_contact(brevo::Contact contact,
                                                                    http::Guard guard) override {
        if (guard && !guard()) co_return withheld();
        if (const auto failure = note("upsert " + contact.email)) co_return *failure;
        upserted.push_back(std::move(contact));
        co_return brevo::Done{};
    }

    boost::asio::awaitable<api::Answer<brevo::Done>> update_contact(brevo::Contact contact,
                                                                    http::Guard guard) override {
        if (guard && !guard()) co_return withheld();
        if (const auto failure = note("update " + contact.email)) co_return *failure;
        updated.push_back(std::move(contact));
        co_return brevo::Done{};
    }

    boost::asio::awaitable<api::Answer<brevo::Done>> send_event(brevo::Event event,
                                                                http::Guard guard) override {
        if (guard && !guard()) co_return withheld();
        if (const auto failure = note("send " + event.name + " " + event.email)) co_return *failure;
        sent.push_back(std::move(event));
        brevo::Done done{event_oddity};
        co_return done;
    }

    boost::asio::awaitable<api::Answer<std::vector<brevo::Attribute>>> attributes() override {
        if (const auto failure = note("attributes")) co_return *failure;
        co_return account_attributes;
    }

    boost::asio::awaitable<api::Answer<brevo::Done>> create_attribute(brevo::Attribute attribute) override {
        if (const auto failure = note("create " + attribute.name)) co_return *failure;
        account_attributes.push_back(std::move(attribute));
        co_return brevo::Done{};
    }

    boost::asio::awaitable<api::Answer<bool>> has_list(brevo::ListId list) override {
        if (const auto failure = note("has_list " + std::to_string(list))) co_return *failure;
        const auto known = lists.find(list);
        co_return known == lists.end() || known->second;
    }

private:
    static api::ApiFailure withheld() {
        api::ApiFailure failure;
        failure.remedy = api::Remedy::withheld;
        failure.reason = "Brevo: not sent";
        return failure;
    }

    std::optional<api::ApiFailure> note(std::string call) {
        if (on_call) on_call(call);
        calls.push_back(call);
        const auto planned = std::find_if(failures_.begin(), failures_.end(),
                                          [&](const auto& entry) { return call.starts_with(entry.first); });
        if (planned == failures_.end()) return std::nullopt;
        auto failure = std::move(planned->second);
        failures_.erase(planned);
        return failure;
    }

    std::deque<std::pair<std::string, api::ApiFailure>> failures_;
};

}  // namespace fakes
