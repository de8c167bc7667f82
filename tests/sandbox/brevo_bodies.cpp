#include "sandbox/brevo_bodies.hpp"

#include <regex>

#include "sandbox/brevo_refusal.hpp"
#include "sandbox/fields.hpp"

namespace sandbox {
namespace {

constexpr std::size_t most_list_changes = 150;
constexpr std::size_t largest_event_properties = 50 * 1024;

void require_valid_body(const Fields& fields) {
    if (fields.errors().empty()) return;
    const auto& error = fields.errors().front();
    throw invalid_parameter(error.parameter + " " + error.message);
}

// Fields takes null for absent; Brevo refuses it everywhere.
void refuse_nulls(const json::object& body) {
    for (const auto& member : body)
        if (member.value().is_null())
            throw invalid_parameter(std::string(member.key()) + " should not be null");
}

bool is_email(const std::string& text) {
    static const std::regex form("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
    return text.size() <= 254 && std::regex_match(text, form);
}

void read_senders(Fields& fields) {
    for (const auto& sender : fields.texts("smtpBlacklistSender").value_or(std::vector<std::string>()))
        if (!is_email(sender)) fields.fail("smtpBlacklistSender", "is not valid");
}

std::vector<std::int64_t> read_list_ids(Fields& fields, std::string_view name) {
    auto ids = fields.integers(name).value_or(std::vector<std::int64_t>());
    for (const auto id : ids)
        if (id < 1) fields.fail(name, "should be 1 or more");
    return ids;
}

ContactChange read_change(Fields& fields) {
    ContactChange change;
    change.ext_id = fields.text("ext_id");
    if (const auto* attributes = fields.object("attributes")) change.attributes = *attributes;
    change.join_lists = read_list_ids(fields, "listIds");
    change.email_blacklisted = fields.boolean("emailBlacklisted");
    change.sms_blacklisted = fields.boolean("smsBlacklisted");
    read_senders(fields);
    if (fields.boolean("forceMerge").value_or(false))
        fields.fail("forceMerge", "deletes a contact: not in the sandbox");
    return change;
}

void check_identifiers(const json::object& identifiers) {
    refuse_nulls(identifiers);
    Fields fields(identifiers);
    fields.only({"contact_id", "email_id", "ext_id", "phone_id", "whatsapp_id", "landline_number_id"});
    fields.integer("contact_id");
    const auto email = fields.text("email_id");
    if (email && !is_email(*email)) fields.fail("email_id", "is not valid");
    for (const auto* name : {"ext_id", "phone_id", "whatsapp_id", "landline_number_id"}) fields.text(name);
    if (identifiers.empty()) fields.fail("identifiers", "is missing");
    require_valid_body(fields);
}

void check_contact_properties(const json::object& properties) {
    for (const auto& member : properties)
        if (!member.value().is_string() && !member.value().is_number() && !member.value().is_bool())
            throw invalid_parameter("contact_properties." + std::string(member.key()) + " is not valid");
}

void check_event_object(const json::object& object) {
    Fields fields(object);
    fields.only({"type", "identifiers"});
    fields.text("type");
    if (const auto* identifiers = fields.object("identifiers")) {
        Fields inner(*identifiers);
        inner.only({"ext_id", "id"});
        inner.text("ext_id");
        inner.text("id");
        require_valid_body(inner);
    }
    require_valid_body(fields);
}

}  // namespace

json::object parse_brevo_body(const Call& call) {
    boost::system::error_code error;
    auto parsed = json::parse(call.body, error);
    if (error || !parsed.is_object())
        throw BrevoRefusal(400, "bad_request", "Input must be a valid JSON object");
    refuse_nulls(parsed.get_object());
    return std::move(parsed.get_object());
}

NewContact read_new_contact(const json::object& body) {
    Fields fields(body);
    fields.only({"email", "ext_id", "attributes", "emailBlacklisted", "smsBlacklisted", "listIds",
                 "updateEnabled", "smtpBlacklistSender", "forceMerge", "getId"});
    NewContact contact;
    contact.email = fields.text("email").value_or("");
    contact.change = read_change(fields);
    contact.update_enabled = fields.boolean("updateEnabled").value_or(false);
    fields.boolean("getId");
    require_valid_body(fields);
    if (body.contains("email") && !is_email(contact.email))
        throw invalid_parameter("email is not valid in payload");
    if (contact.email.empty() && !contact.change.ext_id && !contact.change.attributes.contains("SMS"))
        throw BrevoRefusal(400, "missing_parameter", "email is missing");
    return contact;
}

ContactChange read_contact_update(const json::object& body) {
    Fields fields(body);
    fields.only({"attributes", "emailBlacklisted", "smsBlacklisted", "ext_id", "listIds", "unlinkListIds",
                 "smtpBlacklistSender", "forceMerge"});
    auto change = read_change(fields);
    change.leave_lists = read_list_ids(fields, "unlinkListIds");
    require_valid_body(fields);
    if (body.empty()) throw BrevoRefusal(400, "missing_parameter", "Nothing to update");
    return change;
}

Attribute read_attribute(const json::object& body, std::string name, std::string category) {
    Fields fields(body);
    fields.only({"type", "value", "isRecurring", "enumeration", "multiCategoryOptions"});
    Attribute attribute;
    attribute.name = std::move(name);
    attribute.category = std::move(category);
    attribute.type = fields.text("type").value_or(attribute.category == "normal" ? "" : "text");
    attribute.choices = fields.texts("multiCategoryOptions").value_or(std::vector<std::string>());
    fields.text("value");
    fields.boolean("isRecurring");
    const auto* enumeration = fields.array("enumeration");
    for (const auto& option : enumeration ? *enumeration : json::array()) {
        if (!option.is_object()) throw invalid_parameter("enumeration is not valid");
        Fields member(option.get_object());
        member.only({"value", "label"});
        attribute.enumeration.push_back({member.integer("value").value_or(0), member.required_text("label")});
        if (!option.get_object().contains("value")) member.fail("value", "is missing");
        require_valid_body(member);
    }
    require_valid_body(fields);
    return attribute;
}

NewList read_new_list(const json::object& body) {
    Fields fields(body);
    fields.only({"name", "folderId"});
    NewList list{fields.required_text("name"), fields.integer("folderId").value_or(0)};
    if (!body.contains("folderId")) fields.fail("folderId", "is missing");
    require_valid_body(fields);
    return list;
}

std::vector<std::string> read_list_emails(const json::object& body, const BrevoState& state) {
    Fields fields(body);
    fields.only({"emails", "ids", "extIds"});
    auto emails = fields.texts("emails").value_or(std::vector<std::string>());
    const auto ids = fields.integers("ids").value_or(std::vector<std::int64_t>());
    const auto ext_ids = fields.texts("extIds").value_or(std::vector<std::string>());
    require_valid_body(fields);
    if (body.size() != 1) throw invalid_parameter("Exactly one of emails, ids and extIds should be given");
    for (const auto id : ids)
        if (const auto* contact = state.find_by_id(id)) emails.push_back(contact->email);
    for (const auto& id : ext_ids)
        if (const auto* contact = state.find_by_ext_id(id)) emails.push_back(contact->email);
    const auto given = emails.size() + ids.size() + ext_ids.size();
    if (given == 0 || emails.size() > most_list_changes)
        throw invalid_parameter("1 to 150 contacts should be given");
    return emails;
}

json::object read_event(json::object body) {
    Fields fields(body);
    fields.only(
        {"event_name", "event_date", "identifiers", "contact_properties", "event_properties", "object"});
    static const std::regex name_form("[A-Za-z0-9_-]{1,255}");
    if (!std::regex_match(fields.required_text("event_name"), name_form))
        fields.fail("event_name", "is not valid");
    fields.instant("event_date");
    const auto* identifiers = fields.object("identifiers");
    const auto* contact_properties = fields.object("contact_properties");
    const auto* event_properties = fields.object("event_properties");
    const auto* object = fields.object("object");
    if (!identifiers) fields.fail("identifiers", "is missing");
    if (event_properties && json::serialize(*event_properties).size() > largest_event_properties)
        fields.fail("event_properties", "is larger than 50 KB");
    require_valid_body(fields);
    check_identifiers(*identifiers);
    if (contact_properties) check_contact_properties(*contact_properties);
    if (object) check_event_object(*object);
    return body;
}

}  // namespace sandbox
