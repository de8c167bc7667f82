// Who calls Calendly's API, and what they may: tokens with their user and scopes.
// https://developer.calendly.com/authentication, .../scopes
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/calendly_model.hpp"

namespace sandbox {

using Scopes = std::set<std::string, std::less<>>;

// Every scope there is.
const Scopes& all_scopes();

// Of a text with blanks between them. Nothing when one is unknown.
std::optional<Scopes> parse_scopes(std::string_view text);
std::string to_text(const Scopes& scopes);

// webhooks:write includes webhooks:read.
bool includes(const Scopes& granted, std::string_view scope);

struct Access {
    std::string user;  // an id
    Scopes scopes;
    std::optional<std::string> client;  // the app that a user has let in; nothing: a personal token
    std::optional<Instant> expires;     // nothing: never
};

class Tokens {
public:
    void add(std::string token, Access access) {
        tokens_.insert_or_assign(std::move(token), std::move(access));
    }
    bool revoke(std::string_view token);  // whether it was one

    // Null when it is unknown or has expired.
    const Access* find(std::string_view token, Instant at) const;

    // Everything that users have granted to this app is over.
    void revoke_client(std::string_view client);

private:
    std::map<std::string, Access, std::less<>> tokens_;
};

// A personal token as Calendly writes them: a JWT whose claims name the user and the scopes.
std::string personal_token(const Access& access, Instant at);

}  // namespace sandbox
