#include "sandbox/brevo_api.hpp"

#include <algorithm>
#include <iterator>

#include "sandbox/brevo_bodies.hpp"
#include "sandbox/brevo_refusal.hpp"
#include "sandbox/fields.hpp"

namespace sandbox {
namespace {

constexpr std::int64_t only_folder = 1;
constexpr Rate others_rate{100, std::chrono::hours(1)};

Answer to_answer(const BrevoRefusal& refusal) {
    json::object body{{"code", refusal.code}, {"message", refusal.what()}};
    if (!refusal.duplicate_identifiers.empty())
        body["metadata"] = {{"duplicate_identifiers", json::value_from(refusal.duplicate_identifiers)}};
    Answer answer;
    answer.status = refusal.status;
    answer.body = std::move(body);
    return answer;
}

Answer empty(unsigned status) {
    Answer answer;
    answer.status = status;
    return answer;
}

Answer with_body(json::object body, unsigned status = 200) {
    Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

void check_key(const Call& call, const std::string& key) {
    if (!call.api_key) throw BrevoRefusal(401, "unauthorized", "authentication not found in headers");
    if (*call.api_key != key) throw BrevoRefusal(401, "unauthorized", "Key not found");
}

void note_silent(Answer& answer, const BrevoState::Outcome& outcome) {
    if (!outcome.dropped.empty()) answer.note["dropped"] = json::value_from(outcome.dropped);
    if (!outcome.started.empty()) answer.note["started"] = json::value_from(outcome.started);
}

}  // namespace

BrevoApi::BrevoApi(BrevoState& state, std::string api_key, Rate rate)
    : state_(state),
      api_key_(std::move(api_key)),
      contacts_limit_(rate),
      events_limit_(rate),
      other_limit_(rate.limit > 0 ? others_rate : Rate{}) {
    // Before /contacts/{identifier}: the first pattern that matches is taken.
    add_attribute_routes();
    add_list_routes();
    add_contact_routes();
    add_other_routes();
}

RateLimit& BrevoApi::limit_of(const Call& call) {
    if (!call.segments.empty() && call.segments.front() == "contacts") return contacts_limit_;
    if (call.method == "POST" && call.path == "/events") return events_limit_;
    return other_limit_;
}

Answer BrevoApi::handle(Call call, Instant at) {
    at_ = at;
    try {
        check_key(call, api_key_);
    } catch (const BrevoRefusal& refusal) {
        return to_answer(refusal);
    }
    auto& limit = limit_of(call);
    const auto verdict = limit.take(at);
    Answer answer = verdict.allowed ? route(call)
                                    : to_answer(BrevoRefusal(429, "too_many_requests", "Too Many Requests"));
    if (limit.limits())
        std::ranges::move(verdict.headers("x-sib-ratelimit-"), std::back_inserter(answer.headers));
    return answer;
}

Answer BrevoApi::route(Call& call) {
    try {
        const auto route = router_.find(call);
        if (route.handler) return (*route.handler)(call);
        if (route.miss == Router::Miss::wrong_method)
            throw BrevoRefusal(405, "method_not_allowed", "Method not allowed");
        throw BrevoRefusal(404, "not_found", "Invalid route");
    } catch (const BrevoRefusal& refusal) {
        return to_answer(refusal);
    }
}

void BrevoApi::add_contact_routes() {
    router_.add("POST", "/contacts", [this](const Call& call) { return create_contact(call); });
    router_.add("GET", "/contacts/{identifier}",
                [this](const Call& call) { return with_body(to_json(contact_of(call))); });
    router_.add("PUT", "/contacts/{identifier}", [this](const Call& call) { return update_contact(call); });
    router_.add("DELETE", "/contacts/{identifier}", [this](const Call& call) {
        state_.remove(contact_of(call).id);
        return empty(204);
    });
}

void BrevoApi::add_attribute_routes() {
    router_.add("GET", "/contacts/attributes", [this](const Call&) {
        return with_body({{"attributes", state_.attributes().list()}});
    });
    router_.add("POST", "/contacts/attributes/{category}/{name}", [this](const Call& call) {
        state_.attributes().add(
            read_attribute(parse_brevo_body(call), call.captured.at("name"), call.captured.at("category")));
        return empty(201);
    });
}

void BrevoApi::add_list_routes() {
    router_.add("GET", "/contacts/lists", [this](const Call& call) { return list_lists(call); });
    router_.add("POST", "/contacts/lists", [this](const Call& call) { return create_list(call); });
    router_.add("GET", "/contacts/folders", [](const Call&) {
        return with_body(
            {{"folders", json::array{{{"id", only_folder}, {"name", "Your first folder"}}}}, {"count", 1}});
    });
    router_.add("GET", "/contacts/lists/{list}", [this](const Call& call) {
        return with_body(list_details(parse_integer(call.captured.at("list")).value_or(0)));
    });
    router_.add("POST", "/contacts/lists/{list}/contacts/add",
                [this](const Call& call) { return change_list(call, true); });
    router_.add("POST", "/contacts/lists/{list}/contacts/remove",
                [this](const Call& call) { return change_list(call, false); });
}

void BrevoApi::add_other_routes() {
    router_.add("POST", "/events", [this](const Call& call) {
        state_.receive(read_event(parse_brevo_body(call)), at_);
        return empty(204);
    });
    router_.add("GET", "/account", [](const Call&) {
        return with_body(
            {{"email", "owner@example.com"},
             {"companyName", "Sandbox"},
             {"plan", json::array{{{"type", "free"}, {"credits", 300}, {"creditsType", "sendLimit"}}}},
             {"marketingAutomation", {{"enabled", true}, {"key", "sandbox"}}}});
    });
}

const Contact& BrevoApi::contact_of(const Call& call) const {
    const auto& identifier = call.captured.at("identifier");
    const auto type = call.parameter("identifierType");
    const Contact* contact = nullptr;
    if (type == "email_id" || (!type && identifier.find('@') != identifier.npos)) {
        contact = state_.find_by_email(identifier);
    } else if (type == "contact_id" || !type) {
        contact = state_.find_by_id(parse_integer(identifier).value_or(0));
    } else if (type == "ext_id") {
        contact = state_.find_by_ext_id(identifier);
    } else if (type == "phone_id") {
        contact = state_.find_by_phone("SMS", identifier);
    } else if (type == "whatsapp_id") {
        contact = state_.find_by_phone("WHATSAPP", identifier);
    } else if (type == "landline_number_id") {
        contact = state_.find_by_phone("LANDLINE_NUMBER", identifier);
    } else {
        throw invalid_parameter("identifierType is invalid");
    }
    if (!contact) throw contact_missing();
    return *contact;
}

Answer BrevoApi::create_contact(const Call& call) {
    const auto request = read_new_contact(parse_brevo_body(call));
    const auto outcome = state_.upsert(request.email, request.change, request.update_enabled, at_);
    Answer answer = outcome.created ? with_body({{"id", outcome.id}}, 201) : empty(204);
    note_silent(answer, outcome);
    return answer;
}

Answer BrevoApi::update_contact(const Call& call) {
    const auto change = read_contact_update(parse_brevo_body(call));
    const auto outcome = state_.update(contact_of(call).id, change, at_);
    Answer answer = empty(204);
    note_silent(answer, outcome);
    return answer;
}

json::object BrevoApi::list_details(std::int64_t id) const {
    const auto list = state_.lists().find(id);
    if (list == state_.lists().end()) throw BrevoRefusal(404, "document_not_found", "List ID does not exist");
    return {{"id", id},
            {"name", list->second},
            {"folderId", only_folder},
            {"uniqueSubscribers", state_.list_size(id)},
            {"totalSubscribers", state_.list_size(id)},
            {"totalBlacklisted", 0}};
}

Answer BrevoApi::create_list(const Call& call) {
    const auto list = read_new_list(parse_brevo_body(call));
    if (list.folder != only_folder) throw BrevoRefusal(404, "document_not_found", "Folder ID does not exist");
    const auto id = state_.lists().empty() ? 2 : state_.lists().rbegin()->first + 1;
    state_.add_list(id, list.name);
    return with_body({{"id", id}}, 201);
}

Answer BrevoApi::list_lists(const Call& call) const {
    const auto limit = parse_integer(call.parameter("limit").value_or("10"));
    const auto offset = parse_integer(call.parameter("offset").value_or("0"));
    if (!limit || *limit < 1 || *limit > 50) throw invalid_parameter("limit should be 1 to 50");
    if (!offset || *offset < 0) throw invalid_parameter("offset should be 0 or more");
    json::array lists;
    std::int64_t index = 0;
    for (const auto& [id, name] : state_.lists()) {
        if (index >= *offset && index < *offset + *limit) lists.push_back(list_details(id));
        ++index;
    }
    return with_body({{"lists", std::move(lists)}, {"count", state_.lists().size()}});
}

Answer BrevoApi::change_list(const Call& call, bool add) {
    const auto list = parse_integer(call.captured.at("list")).value_or(0);
    list_details(list);
    const auto emails = read_list_emails(parse_brevo_body(call), state_);
    const auto change = add ? state_.add_to_list(list, emails) : state_.remove_from_list(list, emails);
    return with_body(
        {{"contacts",
          {{"success", json::value_from(change.success)}, {"failure", json::value_from(change.failure)}}}},
        201);
}

}  // namespace sandbox
