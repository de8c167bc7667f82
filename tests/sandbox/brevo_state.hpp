// The contacts, lists, attributes and events of one Brevo account, and the rules by which they change. No
// HTTP. A refused change changes nothing. Rules throw BrevoRefusal.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>

#include "sandbox/brevo_attributes.hpp"
#include "sandbox/clock.hpp"

namespace sandbox {

struct Contact {
    std::int64_t id = 0;
    std::string email;  // lower case
    std::optional<std::string> ext_id;
    std::map<std::string, json::value> attributes;
    std::set<std::int64_t> lists;
    bool email_blacklisted = false;
    bool sms_blacklisted = false;
    Instant created_at{};
    Instant modified_at{};
};

json::object to_json(const Contact& contact);

// The change that a request asks for; what is absent stays as it is.
struct ContactChange {
    std::optional<std::string> ext_id;
    json::object attributes;
    std::vector<std::int64_t> join_lists;
    std::vector<std::int64_t> leave_lists;
    std::optional<bool> email_blacklisted;
    std::optional<bool> sms_blacklisted;
};

struct ReceivedEvent {
    std::uint64_t number = 0;  // 1, 2, 3, ...
    Instant at{};
    std::string email;           // identifiers.email_id, lower case; empty when another identifier was given
    bool contact_known = false;  // when it arrived
    json::object body;
};

json::object to_json(const ReceivedEvent& event);

class BrevoState {
public:
    struct Outcome {
        bool created = false;
        std::int64_t id = 0;
        std::vector<std::string> dropped;   // attributes that were silently left out
        std::vector<std::int64_t> started;  // lists whose "added to list" automations start
    };

    AttributeCatalogue& attributes() { return attributes_; }
    const AttributeCatalogue& attributes() const { return attributes_; }

    void add_list(std::int64_t id, std::string name);
    bool delete_list(std::int64_t id);  // false: there was none
    const std::map<std::int64_t, std::string>& lists() const { return lists_; }
    std::size_t list_size(std::int64_t id) const;

    // Finds the contact by e-mail, else ext_id, else phone; creates it when there is none.
    // An existing one is changed only when update_enabled.
    Outcome upsert(const std::string& email, const ContactChange& change, bool update_enabled, Instant at);
    Outcome update(std::int64_t id, const ContactChange& change, Instant at);
    void remove(std::int64_t id);

    // E-mails are compared without case. Null when there is none.
    const Contact* find_by_email(std::string_view email) const;
    const Contact* find_by_id(std::int64_t id) const;
    const Contact* find_by_ext_id(std::string_view ext_id) const;
    const Contact* find_by_phone(std::string_view attribute, std::string_view phone) const;
    const std::map<std::int64_t, Contact>& contacts() const { return contacts_; }

    struct ListChange {
        std::vector<std::string> success;
        std::vector<std::string> failure;
    };
    // E-mails that are no contacts, or on the list already, fail; all of them failing is refused.
    ListChange add_to_list(std::int64_t list, const std::vector<std::string>& emails);
    ListChange remove_from_list(std::int64_t list, const std::vector<std::string>& emails);

    void receive(json::object event, Instant at);
    const std::vector<ReceivedEvent>& events() const { return events_; }

private:
    // Checks everything before anything is changed.
    std::map<std::string, json::value> checked_attributes(const json::object& given,
                                                          std::optional<std::int64_t> own_id,
                                                          std::vector<std::string>& dropped) const;
    void check_lists(const std::vector<std::int64_t>& lists) const;
    // `taken`: gets the name of a phone that is another contact's.
    std::string checked_phone(const std::string& name, const json::value& value,
                              std::optional<std::int64_t> own_id, std::vector<std::string>& taken) const;
    void apply(Contact& contact, const ContactChange& change, std::map<std::string, json::value> attributes,
               Instant at);
    const Contact* find_existing(const std::string& email, const ContactChange& change) const;
    Contact* change_contact(std::string_view email);

    AttributeCatalogue attributes_;
    std::map<std::int64_t, std::string> lists_;
    std::map<std::int64_t, Contact> contacts_;
    std::unordered_map<std::string, std::int64_t> id_by_email_;
    std::unordered_map<std::string, std::int64_t> id_by_ext_id_;
    std::map<std::pair<std::string, std::string>, std::int64_t, std::less<>> id_by_phone_;
    std::vector<ReceivedEvent> events_;
    std::int64_t last_id_ = 0;
};

std::string lower_case(std::string_view text);

}  // namespace sandbox
