#include "sandbox/brevo_state.hpp"

#include <algorithm>
#include <cctype>

#include "sandbox/brevo_refusal.hpp"

namespace sandbox {
namespace {

void check_attribute_shape(std::string_view name, const json::value& value) {
    if (name == "EMAIL") throw invalid_parameter("EMAIL is not allowed in attributes");
    const bool strings =
        value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(),
                                        [](const json::value& item) { return item.is_string(); });
    if (!strings && !value.is_number() && !value.is_string() && !value.is_bool())
        throw invalid_parameter("attributes." + std::string(name) +
                                " should be a string, number, boolean or array");
}

// In the several ways of the real one: SMS with its name as metadata, the others by the message alone, with
// another code.
BrevoRefusal phones_taken(const std::vector<std::string>& names) {
    std::string named;
    for (const auto& name : names) named += (named.empty() ? "" : " or ") + name;
    const auto message = "Unable to update contact, " + named + (names.size() == 1 ? " is" : " are") +
                         " already associated with another Contact";
    if (named == "SMS") return {400, "duplicate_parameter", message, names};
    return {400, "invalid_parameter", message};
}

// Automations that wait for "added to list": by lists that the contact is not on yet, and not by a move.
std::vector<std::int64_t> started_by(const ContactChange& change, const std::set<std::int64_t>& lists) {
    std::vector<std::int64_t> started;
    if (!change.leave_lists.empty()) return started;
    for (const auto list : change.join_lists)
        if (!lists.contains(list)) started.push_back(list);
    return started;
}

std::string email_of_phone(const json::object& attributes) {
    const auto* sms = attributes.if_contains("SMS");
    const auto digits = sms && sms->is_string() ? phone_digits(sms->get_string()) : std::nullopt;
    if (!digits) throw invalid_parameter("Invalid phone number");
    return *digits + "@mailin-sms.com";
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return lower;
}

json::object to_json(const Contact& contact) {
    json::object attributes;
    for (const auto& [name, value] : contact.attributes) attributes[name] = value;
    json::object object{{"email", contact.email},
                        {"id", contact.id},
                        {"emailBlacklisted", contact.email_blacklisted},
                        {"smsBlacklisted", contact.sms_blacklisted},
                        {"whatsappBlacklisted", false},
                        {"createdAt", to_text(contact.created_at)},
                        {"modifiedAt", to_text(contact.modified_at)},
                        {"attributes", std::move(attributes)},
                        {"listIds", json::value_from(contact.lists)},
                        {"statistics", json::object()}};
    if (contact.ext_id) object["ext_id"] = *contact.ext_id;
    return object;
}

json::object to_json(const ReceivedEvent& event) {
    json::object object{{"n", event.number},
                        {"at", to_text(event.at)},
                        {"email", event.email},
                        {"contact_known", event.contact_known}};
    for (const auto& member : event.body) object[member.key()] = member.value();
    return object;
}

void BrevoState::add_list(std::int64_t id, std::string name) {
    if (id < 1) throw invalid_parameter("A list's id must be 1 or more");
    if (!lists_.emplace(id, std::move(name)).second) throw invalid_parameter("List ID already exists");
}

bool BrevoState::delete_list(std::int64_t id) {
    for (auto& [contact_id, contact] : contacts_) contact.lists.erase(id);
    return lists_.erase(id) > 0;
}

std::size_t BrevoState::list_size(std::int64_t id) const {
    return static_cast<std::size_t>(
        std::count_if(contacts_.begin(), contacts_.end(),
                      [id](const auto& entry) { return entry.second.lists.contains(id); }));
}

const Contact* BrevoState::find_by_id(std::int64_t id) const {
    const auto found = contacts_.find(id);
    return found == contacts_.end() ? nullptr : &found->second;
}

const Contact* BrevoState::find_by_email(std::string_view email) const {
    const auto found = id_by_email_.find(lower_case(email));
    return found == id_by_email_.end() ? nullptr : find_by_id(found->second);
}

const Contact* BrevoState::find_by_ext_id(std::string_view ext_id) const {
    const auto found = id_by_ext_id_.find(std::string(ext_id));
    return found == id_by_ext_id_.end() ? nullptr : find_by_id(found->second);
}

const Contact* BrevoState::find_by_phone(std::string_view attribute, std::string_view phone) const {
    const auto digits = phone_digits(phone);
    if (!digits) return nullptr;
    const auto found = id_by_phone_.find(std::pair(std::string(attribute), *digits));
    return found == id_by_phone_.end() ? nullptr : find_by_id(found->second);
}

std::string BrevoState::checked_phone(const std::string& name, const json::value& value,
                                      std::optional<std::int64_t> own_id,
                                      std::vector<std::string>& taken) const {
    const auto digits = phone_digits(value.get_string());
    if (!digits) throw invalid_parameter("Invalid phone number");
    const auto* holder = find_by_phone(name, *digits);
    if (holder && holder->id != own_id) taken.push_back(name);
    return *digits;
}

std::map<std::string, json::value> BrevoState::checked_attributes(const json::object& given,
                                                                  std::optional<std::int64_t> own_id,
                                                                  std::vector<std::string>& dropped) const {
    std::map<std::string, json::value> accepted;
    std::vector<std::string> taken;
    for (const auto& member : given) {
        const std::string name(member.key());
        check_attribute_shape(name, member.value());
        const auto* attribute = attributes_.find(name);
        auto value = attribute ? accepted_value(*attribute, member.value()) : std::nullopt;
        if (!value) {
            dropped.push_back(name);
            continue;
        }
        if (is_phone_attribute(name)) value = json::value(checked_phone(name, *value, own_id, taken));
        accepted[name] = std::move(*value);
    }
    if (!taken.empty()) throw phones_taken(taken);
    return accepted;
}

void BrevoState::check_lists(const std::vector<std::int64_t>& lists) const {
    for (const auto id : lists)
        if (!lists_.contains(id)) throw invalid_parameter("List ID does not exist: " + std::to_string(id));
}

const Contact* BrevoState::find_existing(const std::string& email, const ContactChange& change) const {
    if (!email.empty()) return find_by_email(email);
    if (change.ext_id) return find_by_ext_id(*change.ext_id);
    const auto* sms = change.attributes.if_contains("SMS");
    return sms && sms->is_string() ? find_by_phone("SMS", sms->get_string()) : nullptr;
}

BrevoState::Outcome BrevoState::upsert(const std::string& email, const ContactChange& change,
                                       bool update_enabled, Instant at) {
    if (const auto* existing = find_existing(email, change)) {
        if (update_enabled) return update(existing->id, change, at);
        throw BrevoRefusal(400, "duplicate_parameter",
                           "Unable to create contact, email is already associated with another Contact",
                           {"email"});
    }
    if (change.ext_id && find_by_ext_id(*change.ext_id))
        throw BrevoRefusal(400, "duplicate_parameter",
                           "Unable to create contact, ext_id is already associated with another Contact",
                           {"ext_id"});
    Outcome outcome;
    auto attributes = checked_attributes(change.attributes, std::nullopt, outcome.dropped);
    check_lists(change.join_lists);
    Contact contact;
    contact.email = !email.empty()  ? lower_case(email)
                    : change.ext_id ? ""
                                    : email_of_phone(change.attributes);
    contact.id = ++last_id_;
    contact.created_at = at;
    outcome.created = true;
    outcome.id = contact.id;
    if (!contact.email.empty()) id_by_email_[contact.email] = contact.id;
    outcome.started = started_by(change, {});
    apply(contacts_.emplace(contact.id, std::move(contact)).first->second, change, std::move(attributes), at);
    return outcome;
}

BrevoState::Outcome BrevoState::update(std::int64_t id, const ContactChange& change, Instant at) {
    const auto found = contacts_.find(id);
    if (found == contacts_.end()) throw contact_missing();
    Outcome outcome;
    outcome.id = id;
    auto attributes = checked_attributes(change.attributes, id, outcome.dropped);
    check_lists(change.join_lists);
    check_lists(change.leave_lists);
    if (const auto* holder = change.ext_id ? find_by_ext_id(*change.ext_id) : nullptr;
        holder && holder->id != id)
        throw BrevoRefusal(400, "duplicate_parameter",
                           "Unable to update contact, ext_id is already associated with another Contact",
                           {"ext_id"});
    outcome.started = started_by(change, found->second.lists);
    apply(found->second, change, std::move(attributes), at);
    return outcome;
}

void BrevoState::apply(Contact& contact, const ContactChange& change,
                       std::map<std::string, json::value> attributes, Instant at) {
    for (auto& [name, value] : attributes) {
        if (is_phone_attribute(name)) {
            const auto old = contact.attributes.find(name);
            if (old != contact.attributes.end())
                id_by_phone_.erase({name, std::string(old->second.get_string())});
            id_by_phone_[{name, std::string(value.get_string())}] = contact.id;
        }
        contact.attributes[name] = std::move(value);
    }
    contact.lists.insert(change.join_lists.begin(), change.join_lists.end());
    for (const auto list : change.leave_lists) contact.lists.erase(list);
    if (change.ext_id) {
        if (contact.ext_id) id_by_ext_id_.erase(*contact.ext_id);
        id_by_ext_id_[*change.ext_id] = contact.id;
        contact.ext_id = change.ext_id;
    }
    contact.email_blacklisted = change.email_blacklisted.value_or(contact.email_blacklisted);
    contact.sms_blacklisted = change.sms_blacklisted.value_or(contact.sms_blacklisted);
    contact.modified_at = at;
}

void BrevoState::remove(std::int64_t id) {
    const auto found = contacts_.find(id);
    if (found == contacts_.end()) throw contact_missing();
    const auto& contact = found->second;
    id_by_email_.erase(contact.email);
    if (contact.ext_id) id_by_ext_id_.erase(*contact.ext_id);
    for (const auto& [name, value] : contact.attributes)
        if (is_phone_attribute(name)) id_by_phone_.erase({name, std::string(value.get_string())});
    contacts_.erase(found);
}

Contact* BrevoState::change_contact(std::string_view email) {
    const auto* contact = find_by_email(email);
    return contact ? &contacts_.at(contact->id) : nullptr;
}

BrevoState::ListChange BrevoState::add_to_list(std::int64_t list, const std::vector<std::string>& emails) {
    ListChange change;
    for (const auto& email : emails) {
        auto* contact = change_contact(email);
        const bool joined = contact && contact->lists.insert(list).second;
        (joined ? change.success : change.failure).push_back(email);
    }
    if (change.success.empty()) throw invalid_parameter("Contact already in list and/or does not exist");
    return change;
}

BrevoState::ListChange BrevoState::remove_from_list(std::int64_t list,
                                                    const std::vector<std::string>& emails) {
    ListChange change;
    for (const auto& email : emails) {
        auto* contact = change_contact(email);
        const bool left = contact && contact->lists.erase(list) > 0;
        (left ? change.success : change.failure).push_back(email);
    }
    if (change.success.empty())
        throw invalid_parameter("Contact already removed from list and/or does not exist");
    return change;
}

void BrevoState::receive(json::object event, Instant at) {
    ReceivedEvent received;
    received.number = events_.size() + 1;
    received.at = at;
    const auto* email = event.at("identifiers").get_object().if_contains("email_id");
    if (email) received.email = lower_case(email->get_string());
    received.contact_known = find_by_email(received.email) != nullptr;
    received.body = std::move(event);
    events_.push_back(std::move(received));
}

}  // namespace sandbox
