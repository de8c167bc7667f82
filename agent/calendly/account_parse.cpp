#include "calendly/account_parse.hpp"

#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/url.hpp>

#include "calendly/json_reader.hpp"
#include "calendly/parse.hpp"
#include "text/names.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

constexpr std::array role_names = {text::Named{Role::user, "user"}, text::Named{Role::admin, "admin"},
                                   text::Named{Role::owner, "owner"}};
constexpr std::array scope_names = {text::Named{Scope::organization, "organization"},
                                    text::Named{Scope::user, "user"}, text::Named{Scope::group, "group"}};

std::vector<std::string> texts(const JsonReader& reader, std::string_view name) {
    std::vector<std::string> texts;
    const auto* value = reader.find(name);
    const auto* array = value ? value->if_array() : nullptr;
    if (!array) return texts;
    for (const auto& item : *array)
        if (const auto* text = item.if_string()) texts.emplace_back(text->data(), text->size());
    return texts;
}

// The token in the address of the next page; "" when it has none.
std::string token_in(const std::string& next_page) {
    const auto url = boost::urls::parse_uri(next_page);
    if (!url) return {};
    const auto parameters = url->params();
    const auto found = parameters.find("page_token");
    if (found == parameters.end()) return {};
    return std::string((*found).value);
}

}  // namespace

std::string_view to_string(Role role) noexcept {
    return text::name_of(role, role_names);
}

std::string_view to_string(Scope scope) noexcept {
    return text::name_of(scope, scope_names);
}

std::optional<Scope> parse_scope(std::string_view name) noexcept {
    return text::named(name, scope_names);
}

User parse_user(const json::value& resource) {
    const JsonReader reader(resource, "resource");
    return {reader.required_string("uri"), reader.string("name"), reader.string("email"),
            reader.required_string("current_organization")};
}

Role parse_membership(const json::value& resource) {
    const JsonReader reader(resource, "collection[]");
    const auto role = reader.required_string("role");
    return text::named(role, role_names).value_or(Role::user);  // a role of the future leads nothing
}

Subscription parse_subscription(const json::value& resource) {
    const JsonReader reader(resource, "resource");
    Subscription subscription;
    subscription.uri = reader.required_string("uri");
    subscription.url = reader.required_string("callback_url");
    subscription.scope = reader.required_string("scope");
    subscription.state = reader.required_string("state");
    subscription.events = texts(reader, "events");
    subscription.user = reader.string("user");
    subscription.created_at = reader.time("created_at");
    subscription.retry_started_at = reader.time("retry_started_at");
    return subscription;
}

std::string to_json(const NewSubscription& subscription) {
    json::object body{{"url", subscription.url},
                      {"events", json::value_from(subscription.events)},
                      {"organization", subscription.organization},
                      {"scope", std::string(to_string(subscription.scope))},
                      {"signing_key", subscription.signing_key}};
    if (subscription.scope == Scope::user) body["user"] = subscription.user;
    return json::serialize(body);
}

Page parse_page(std::string_view body) {
    boost::system::error_code error;
    const auto value = json::parse({body.data(), body.size()}, error);
    if (error) throw ShapeError("not JSON: " + error.message());
    const JsonReader reader(value, "");
    const auto* member = reader.find("collection");
    const auto* collection = member ? member->if_array() : nullptr;
    if (!collection) throw ShapeError("collection: missing");
    Page page;
    page.items.assign(collection->begin(), collection->end());
    if (const auto pagination = reader.object("pagination")) {
        page.next_page_token = pagination->string("next_page_token");
        if (page.next_page_token.empty()) page.next_page_token = token_in(pagination->string("next_page"));
    }
    return page;
}

}  // namespace calendly
