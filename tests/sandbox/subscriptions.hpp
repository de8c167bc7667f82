// Webhook subscriptions: who is told what.
#pragma once

#include <map>

#include "sandbox/calendly_model.hpp"

namespace sandbox {

class Subscriptions {
public:
    // Throws CalendlyRefusal 409 when its creator has one with this URL already, whatever its scope and
    // events.
    const Subscription& add(Subscription subscription);
    // An organization may have so many.
    void limit(std::size_t most) { most_ = most; }
    void remove(std::string_view id);  // throws not_found

    const Subscription& get(std::string_view id) const;  // throws not_found
    // Null when it was removed.
    Subscription* find(std::string_view id);
    const std::vector<std::string>& ids() const { return ids_; }  // in order of creation

    // Ids of the active subscriptions that hear of it.
    std::vector<std::string> listening_to(const Occurrence& occurrence) const;

private:
    std::map<std::string, Subscription, std::less<>> subscriptions_;
    std::vector<std::string> ids_;
    std::size_t most_ = 30;
};

bool hears(const Subscription& subscription, const Occurrence& occurrence);

// http:// or https:// with a host.
bool is_web_address(const std::string& url);

// Every event that can be subscribed to.
const std::vector<std::string>& webhook_events();

}  // namespace sandbox
