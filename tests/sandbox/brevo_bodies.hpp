// Brevo's request bodies, read strictly: what is unknown or of a wrong type is refused. They throw
// BrevoRefusal.
#pragma once

#include "sandbox/brevo_state.hpp"
#include "sandbox/router.hpp"

namespace sandbox {

struct NewContact {
    std::string email;  // may be empty: then ext_id or SMS identifies the contact
    ContactChange change;
    bool update_enabled = false;
};

json::object parse_brevo_body(const Call& call);

NewContact read_new_contact(const json::object& body);
ContactChange read_contact_update(const json::object& body);

// {type?, enumeration?, multiCategoryOptions?}
Attribute read_attribute(const json::object& body, std::string name, std::string category);

struct NewList {
    std::string name;
    std::int64_t folder = 0;
};
// {name, folderId}
NewList read_new_list(const json::object& body);

// {emails} or {ids} or {extIds}, at most 150: the contacts' e-mails.
std::vector<std::string> read_list_emails(const json::object& body, const BrevoState& state);

// The event as it came, once everything in it is right.
json::object read_event(json::object body);

}  // namespace sandbox
