#include "calendly/stored_tokens.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "calendly/json_reader.hpp"
#include "calendly/parse.hpp"
#include "text/seal.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

constexpr int version = 1;

std::int64_t seconds_at(Tokens::Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::chrono::seconds seconds_of(const JsonReader& reader, std::string_view name) {
    const auto* value = reader.find(name);
    if (!value || !value->is_int64()) throw ShapeError(std::string(name) + ": expected seconds");
    return std::chrono::seconds(value->as_int64());
}

}  // namespace

std::string seal_tokens(const Tokens& tokens, std::string_view key, std::string_view connector) {
    return text::seal(key, connector,
                      json::serialize(json::object{{"version", version},
                                                   {"access_token", tokens.access_token},
                                                   {"refresh_token", tokens.refresh_token},
                                                   {"scopes", tokens.scopes},
                                                   {"owner", tokens.owner},
                                                   {"organization", tokens.organization},
                                                   {"obtained", seconds_at(tokens.obtained)},
                                                   {"life", tokens.life.count()},
                                                   {"logged_in", seconds_at(tokens.logged_in)},
                                                   {"is_refused", tokens.is_refused}}));
}

Tokens open_tokens(std::string_view sealed, std::string_view key, std::string_view connector) {
    const auto opened = text::open_seal(key, connector, sealed);
    boost::system::error_code error;
    const auto value = json::parse(opened, error);
    if (error) throw ShapeError("stored tokens: not JSON");
    const JsonReader reader(value, "stored tokens");
    Tokens tokens;
    tokens.access_token = reader.required_string("access_token");
    tokens.refresh_token = reader.required_string("refresh_token");
    tokens.scopes = reader.string("scopes");
    tokens.owner = reader.string("owner");
    tokens.organization = reader.string("organization");
    tokens.obtained = Tokens::Time(seconds_of(reader, "obtained"));
    tokens.life = seconds_of(reader, "life");
    tokens.logged_in = Tokens::Time(seconds_of(reader, "logged_in"));
    tokens.is_refused = reader.boolean("is_refused");
    return tokens;
}

}  // namespace calendly
