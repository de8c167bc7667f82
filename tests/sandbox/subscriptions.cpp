#include "sandbox/subscriptions.hpp"

#include <algorithm>

#include <boost/url.hpp>

#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

// Compared as text: another query makes it another URL.
bool same_target(const Subscription& a, const Subscription& b) {
    return a.callback_url == b.callback_url && a.creator == b.creator;
}

}  // namespace

bool is_web_address(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    return parsed && (parsed->scheme() == "http" || parsed->scheme() == "https") && !parsed->host().empty();
}

const std::vector<std::string>& webhook_events() {
    static const std::vector<std::string> events{"invitee.created",         "invitee.canceled",
                                                 "invitee_no_show.created", "invitee_no_show.deleted",
                                                 "event_type.created",      "event_type.updated",
                                                 "event_type.deleted",      "routing_form_submission.created",
                                                 "contact.created",         "contact.updated",
                                                 "contact.deleted",         "meeting_recap.created",
                                                 "meeting_recap.updated",   "meeting_recap.deleted"};
    return events;
}

bool hears(const Subscription& subscription, const Occurrence& occurrence) {
    if (subscription.disabled) return false;
    const auto& events = subscription.events;
    if (std::find(events.begin(), events.end(), occurrence.event) == events.end()) return false;
    if (subscription.scope == "user") return subscription.user == occurrence.user;
    if (subscription.scope == "group") return subscription.group == occurrence.group;
    return true;
}

const Subscription& Subscriptions::add(Subscription subscription) {
    for (const auto& [id, other] : subscriptions_)
        if (same_target(subscription, other))
            throw CalendlyRefusal(409, "Already Exists", "Hook with this url already exists");
    if (ids_.size() >= most_)
        throw permission_denied("The organization has the most webhook subscriptions it may have");
    ids_.push_back(subscription.id);
    std::string id = subscription.id;
    return subscriptions_.emplace(std::move(id), std::move(subscription)).first->second;
}

void Subscriptions::remove(std::string_view id) {
    const auto found = subscriptions_.find(id);
    if (found == subscriptions_.end()) throw not_found();
    ids_.erase(std::find(ids_.begin(), ids_.end(), found->first));
    subscriptions_.erase(found);
}

const Subscription& Subscriptions::get(std::string_view id) const {
    const auto found = subscriptions_.find(id);
    if (found == subscriptions_.end()) throw not_found();
    return found->second;
}

Subscription* Subscriptions::find(std::string_view id) {
    const auto found = subscriptions_.find(id);
    return found == subscriptions_.end() ? nullptr : &found->second;
}

std::vector<std::string> Subscriptions::listening_to(const Occurrence& occurrence) const {
    std::vector<std::string> listening;
    for (const auto& id : ids_)
        if (hears(get(id), occurrence)) listening.push_back(id);
    return listening;
}

}  // namespace sandbox
