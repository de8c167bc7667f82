#include "e2e/convergence/verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "calendly/timestamp.hpp"
#include "e2e/harness/leaks.hpp"
#include "shared/webhook_entry.hpp"

namespace convergence {
namespace {

bool are_equal(const json::value& a, const json::value& b) {
    if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
    return a == b;
}

std::string text_of(const json::value* value) {
    return value ? json::serialize(*value) : "(none)";
}

const json::value* find(const std::map<std::string, json::value>& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? nullptr : &found->second;
}

Findings compare(const std::string& person, const ExpectedContact& expected, const json::object& contact) {
    Findings findings;
    const auto& attributes = contact.at("attributes").as_object();
    for (const auto& [name, type] : mapped_attributes()) {
        const auto* wanted = find(expected.attributes, name);
        const auto* actual = attributes.if_contains(name);
        if (wanted && actual ? are_equal(*wanted, *actual) : wanted == actual) continue;
        findings.push_back(
            {person, fmt::format("{}: expected {}, is {}", name, text_of(wanted), text_of(actual))});
    }
    const auto wanted = json::value_from(expected.lists);
    if (const auto& lists = contact.at("listIds"); lists != wanted)
        findings.push_back({person, fmt::format("lists: expected {}, are {}", json::serialize(wanted),
                                                json::serialize(lists))});
    return findings;
}

std::string member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->as_string()) : "(none)";
}

bool has_taken(const json::object& call) {
    return member(call, "method") == "POST" && member(call, "path") == "/events" &&
           call.at("status").to_number<int>() / 100 == 2;
}

bool has_been_accepted(const json::object& delivery) {
    return delivery.at("status") == 200;
}

bool has_lost_its_answer(const json::object& delivery) {
    return member(delivery, "error") == "fault: cut after";
}

std::int64_t number_after(const redisReply& reply, std::string_view name) {
    for (std::size_t i = 0; i + 1 < reply.elements; i += 2)
        if (shared::text(*reply.element[i]) == name) return reply.element[i + 1]->integer;
    throw std::runtime_error("XINFO does not tell " + std::string(name));
}

std::vector<std::string> keys_without_expiry(harness::RedisClient& redis) {
    std::vector<std::string> keys;
    const auto reply = redis.command({"KEYS", "*"});
    for (std::size_t i = 0; i < reply->elements; ++i) {
        const std::string key(shared::text(*reply->element[i]));
        // One of each for a connector: the streams, when it was last reconciled, and meetings as last seen.
        const auto lasting = {
            shared::webhooks_key("calendly"), shared::history_key("calendly"), shared::dead_key("calendly"),
            shared::connector_key("calendly", "reconcile:last"), shared::connector_key("calendly", "seen")};
        if (std::ranges::find(lasting, key) != lasting.end()) continue;
        if (redis.integer({"TTL", key}) == -1) keys.push_back(key);
    }
    return keys;
}

}  // namespace

Evidence gather_evidence(World& world) {
    Evidence evidence;
    for (const auto& call : world.system().sandbox().journal("brevo")) {
        if (!has_taken(call)) continue;
        ReceivedEvent event;
        event.at = calendly::parse_timestamp(member(call, "at")).value().time_since_epoch().count();
        event.is_answer_lost = member(call, "fault") == "cut after";
        event.body = call.at("body").as_object();
        event.change_id = member(event.body.at("event_properties").as_object(), "change_id");
        event.person = member(event.body.at("identifiers").as_object(), "email_id");
        evidence.events.push_back(std::move(event));
    }
    return evidence;
}

Findings judge_contacts(const Story& story, std::size_t changes, const ContactRules& rules,
                        const harness::SandboxProcess& sandbox) {
    Findings findings;
    std::map<std::string, json::object> contacts;
    const auto answer = sandbox.get("/contacts");
    for (const auto& contact : answer.at("contacts").as_array())
        contacts[member(contact.as_object(), "email")] = contact.as_object();
    for (const auto& person : known_people(story, changes)) {
        const auto contact = contacts.extract(person);
        if (contact.empty()) {
            findings.push_back({person, "there is no contact"});
            continue;
        }
        const auto differences =
            compare(person, expected_contact(story, changes, person, rules), contact.mapped());
        findings.insert(findings.end(), differences.begin(), differences.end());
    }
    for (const auto& [email, contact] : contacts)
        findings.push_back({email, "is in no booking of the story"});
    return findings;
}

Findings judge_accounts(World& world) {
    Findings findings;
    const auto expect = [&](std::string_view what, std::int64_t expected, std::int64_t actual) {
        if (expected != actual)
            findings.push_back({"", fmt::format("{}: expected {}, are {}", what, expected, actual)});
    };
    auto& system = world.system();
    auto redis = system.redis().client();
    const auto stream = redis.command({"XINFO", "STREAM", shared::webhooks_key("calendly")});
    const auto deliveries = system.sandbox().journal("webhooks");
    const auto accepted = std::ranges::count_if(deliveries, has_been_accepted);
    const auto unheard = std::ranges::count_if(deliveries, has_lost_its_answer);
    const auto added = number_after(*stream, "entries-added");
    // A Redis that is killed takes answers along, and refuses deliveries whose answer nobody hears.
    const bool is_certain = world.redis_restarts() == 0;
    const auto least = is_certain ? accepted + unheard : accepted;
    const auto most = is_certain ? least : std::ssize(deliveries);
    if (added < least || added > most)
        findings.push_back(
            {"", fmt::format("entries that were added: {}, expected {} to {}: {} deliveries were "
                             "accepted, {} perhaps",
                             added, least, most, accepted, unheard)});
    expect("entries that are left", 0, system.backlog());
    expect("entries that somebody holds", 0, system.pending());
    expect("dead letters", 0, system.dead());
    if (const auto lines = harness::alarming_lines(system.folder().path()); !lines.empty())
        findings.push_back({"", "in the logs: " + lines});
    const harness::Secrets secrets(system);
    for (auto leaks : {harness::leaks_in_pages(system, secrets), harness::leaks_in_files(system, secrets)})
        for (auto& leak : leaks) findings.push_back({"", "personal data: " + std::move(leak)});
    for (const auto& key : keys_without_expiry(redis)) findings.push_back({"", "no expiry: " + key});
    return findings;
}

}  // namespace convergence
