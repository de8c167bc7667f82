#include "calendly/account_parse.hpp"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/url.hpp>

#include "calendly/json_reader.hpp"
#include "calendly/parse.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

template <typename Enumerator>
struct Name {
    Enumerator value;
    std::string_view text;
};

constexpr std::array role_names = {Name{Role::user, "user"}, Name{Role::admin, "admin"},
                                   Name{Role::owner, "owner"}};
constexpr std::array scope_names = {Name{Scope::organization, "organization"}, Name{Scope::user, "user"},
                                    Name{Scope::group, "group"}};

template <typename Names, typename Enumerator>
std::string_view name_of(const Names& names, Enumerator value) noexcept {
    const auto found = std::ranges::find(names, value, &Name<Enumerator>::value);
    return found == names.end() ? std::string_view() : found->text;
}

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
    return name_of(role_names, role);
}

std::string_view to_string(Scope scope) noexcept {
    return name_of(scope_names, scope);
}

std::optional<Scope> parse_scope(std::string_view text) noexcept {
    const auto found = std::ranges::find(scope_names, text, &Name<Scope>::text);
    if (found == scope_names.end()) return std::nullopt;
    return found->value;
}

User parse_user(const json::value& resource) {
    const JsonReader reader(resource, "resource");
    return {reader.required_string("uri"), reader.string("name"), reader.string("email"),
            reader.required_string("current_organization")};
}

Role parse_membership(const json::value& resource) {
    const JsonReader reader(resource, "collection[]");
    const auto role = reader.required_string("role");
    const auto found = std::ranges::find(role_names, role, &Name<Role>::text);
    return found == role_names.end() ? Role::user : found->value;  // a role of the future leads nothing
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
