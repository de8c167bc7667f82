#include "sync/contact_writer.hpp"

#include <fmt/format.h>

#include "brevo/codec.hpp"
#include "text/mask.hpp"

namespace syncing {

namespace asio = boost::asio;
using api::Answer;

ContactWriter::ContactWriter(brevo::Api& api, BrevoAccount& account, api::Retry& contacts, api::Retry& events,
                             Counters& counters, std::shared_ptr<spdlog::logger> log)
    : api_(api),
      account_(account),
      contacts_(contacts),
      events_(events),
      counters_(counters),
      limited_log_(std::move(log)) {}

// A phone number that belongs to somebody else must not cost the contact.
bool ContactWriter::leave_out_attributes(const api::ApiFailure& failure, brevo::Contact& contact) {
    const auto refused = brevo::refused_attributes(failure.body, contact);
    for (const auto& name : refused) {
        contact.attributes.erase(name);
        ++counters_.fallbacks[{Fallback::attribute_refused, name}];
        limited_log_.warn(name, fmt::format("{} of {} left out: {}", name, text::mask_email(contact.email),
                                            api::describe(failure)));
    }
    return !refused.empty();
}

// Nor must a list that was deleted.
asio::awaitable<bool> ContactWriter::leave_out_refused(const api::ApiFailure& failure,
                                                       brevo::Contact& contact) {
    if (failure.status != 400) co_return false;
    if (leave_out_attributes(failure, contact)) co_return true;
    const bool is_left_out = co_await account_.leave_out_missing(contact);
    co_return is_left_out;
}

asio::awaitable<Answer<brevo::Done>> ContactWriter::call(ContactCall method, brevo::Contact& contact,
                                                         const http::Guard& guard) {
    const auto attempt = [this, method, &contact, &guard] { return (api_.*method)(contact, guard); };
    for (unsigned attempts = 1;; ++attempts) {
        auto answer = co_await contacts_.persist(attempt);
        if (answer) co_return answer;
        auto failure = answer.error();
        const bool is_less_now = co_await leave_out_refused(failure, contact);
        if (is_less_now) continue;
        failure.attempts = attempts;
        co_return failure;
    }
}

// Only PUT takes a contact off a list, and only POST creates one.
asio::awaitable<Answer<Written>> ContactWriter::write(brevo::Contact contact, bool may_create,
                                                      http::Guard guard) {
    if (!may_create || !contact.leave_lists.empty()) {
        const auto updated = co_await call(&brevo::Api::update_contact, contact, guard);
        if (updated) co_return Written::yes;
        if (updated.error().status != 404) co_return updated.error();
        if (!may_create) co_return Written::gone;
    }
    const auto upserted = co_await call(&brevo::Api::upsert_contact, contact, guard);
    if (!upserted) co_return upserted.error();
    co_return Written::yes;
}

asio::awaitable<Answer<brevo::Done>> ContactWriter::send(brevo::Event event, http::Guard guard) {
    const auto attempt = [this, &event, &guard] { return api_.send_event(event, guard); };
    auto answer = co_await events_.persist(attempt);
    co_return answer;
}

}  // namespace syncing
