// What a call of an API asks for: for counts. The one list of them.
#pragma once

#include <array>
#include <string_view>

#include "api/api_state.hpp"

namespace api {

enum class Operation {
    // Calendly
    user,
    membership,
    subscriptions,
    subscribe,
    unsubscribe,
    scheduled_event,
    invitee,
    no_show,
    event_type,
    list_events,
    list_invitees,
    list_event_types,
    create_link,
    available_times,
    book,
    cancel,
    // Brevo's contacts
    attributes,
    create_attribute,
    upsert_contact,
    update_contact,
    erase_contact,
    list,
    lists,
    create_list,
    folders,
    create_folder,
    // Brevo's events
    send_event,
};

struct OperationFacts {
    Operation operation;
    ApiName api;
    std::string_view name;  // the label `operation` of metrics
    unsigned success;       // the status of the usual success
};

inline constexpr std::array all_operations = {
    OperationFacts{Operation::user, ApiName::calendly, "user", 200},
    OperationFacts{Operation::membership, ApiName::calendly, "membership", 200},
    OperationFacts{Operation::subscriptions, ApiName::calendly, "subscriptions", 200},
    OperationFacts{Operation::subscribe, ApiName::calendly, "subscribe", 201},
    OperationFacts{Operation::unsubscribe, ApiName::calendly, "unsubscribe", 204},
    OperationFacts{Operation::scheduled_event, ApiName::calendly, "scheduled_event", 200},
    OperationFacts{Operation::invitee, ApiName::calendly, "invitee", 200},
    OperationFacts{Operation::no_show, ApiName::calendly, "no_show", 200},
    OperationFacts{Operation::event_type, ApiName::calendly, "event_type", 200},
    OperationFacts{Operation::list_events, ApiName::calendly, "list_events", 200},
    OperationFacts{Operation::list_invitees, ApiName::calendly, "list_invitees", 200},
    OperationFacts{Operation::list_event_types, ApiName::calendly, "list_event_types", 200},
    OperationFacts{Operation::create_link, ApiName::calendly, "create_link", 201},
    OperationFacts{Operation::available_times, ApiName::calendly, "available_times", 200},
    OperationFacts{Operation::book, ApiName::calendly, "book", 201},
    OperationFacts{Operation::cancel, ApiName::calendly, "cancel", 201},
    OperationFacts{Operation::attributes, ApiName::brevo_contacts, "attributes", 200},
    OperationFacts{Operation::create_attribute, ApiName::brevo_contacts, "create_attribute", 201},
    OperationFacts{Operation::upsert_contact, ApiName::brevo_contacts, "upsert_contact", 201},
    OperationFacts{Operation::update_contact, ApiName::brevo_contacts, "update_contact", 204},
    OperationFacts{Operation::erase_contact, ApiName::brevo_contacts, "erase_contact", 204},
    OperationFacts{Operation::list, ApiName::brevo_contacts, "list", 200},
    OperationFacts{Operation::lists, ApiName::brevo_contacts, "lists", 200},
    OperationFacts{Operation::create_list, ApiName::brevo_contacts, "create_list", 201},
    OperationFacts{Operation::folders, ApiName::brevo_contacts, "folders", 200},
    OperationFacts{Operation::create_folder, ApiName::brevo_contacts, "create_folder", 201},
    OperationFacts{Operation::send_event, ApiName::brevo_events, "send_event", 204},
};

// Each stands at its own place.
static_assert([] {
    for (std::size_t i = 0; i < all_operations.size(); ++i)
        if (all_operations[i].operation != static_cast<Operation>(i)) return false;
    return true;
}());

}  // namespace api
