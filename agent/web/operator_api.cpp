#include "web/operator_api.hpp"

#include <algorithm>
#include <chrono>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "net/interruption.hpp"
#include "operating/letter_actions.hpp"
#include "operating/shapes.hpp"
#include "redis/error.hpp"
#include "redis/unix_ms.hpp"
#include "text/text.hpp"
#include "web/assets.hpp"
#include "web/bearer.hpp"
#include "web/operator_refusal.hpp"
#include "web/operator_values.hpp"
#include "web/scheduling_answer.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using http::Field;
using http::Verb;
using Clock = std::chrono::steady_clock;

constexpr std::size_t page_size = 50;
constexpr std::size_t longest_body = 64 * 1024;
constexpr std::size_t longest_token = 4096;
constexpr std::size_t longest_pause_reason = 200;
constexpr std::size_t most_known_groups = 64;

http::Response answer_json(const json::object& object, unsigned code = 200) {
    return json_answer(code, json::serialize(object));
}

void check_size(const http::Request& request) {
    if (request.body().size() > longest_body) throw OperatorRefusal::too_large();
}

// "application/json; charset=utf-8"
bool is_json_type(std::string_view type) {
    return text::lower_case(text::trim(type.substr(0, std::min(type.find(';'), type.size())))) ==
           "application/json";
}

json::object body_in(const http::Request& request, bool is_required) {
    check_size(request);
    if (request.body().empty() && !is_required) return {};
    const auto type = request[Field::content_type];
    if (!is_json_type({type.data(), type.size()}))
        throw OperatorRefusal(415, "unsupported_type", "Content-Type: application/json is expected.",
                              "Content-Type");
    boost::system::error_code error;
    auto parsed = json::parse(request.body(), error);
    if (error || !parsed.is_object()) throw OperatorRefusal(400, "not_json", "The body is no JSON object.");
    return std::move(parsed.get_object());
}

[[noreturn]] void refuse_unavailable(const std::string& what) {
    throw OperatorRefusal(503, "unavailable", what + ". Nothing more was done: try again.");
}

asio::awaitable<std::vector<std::string>> selected_ids(operating::OperatedPtr connector,
                                                       Selection selection) {
    if (!selection.filter) co_return std::move(selection.ids);
    auto ids = co_await connector->dead_letters.ids(*selection.filter);
    if (ids.size() != selection.expected)
        throw OperatorRefusal::count_changed(selection.expected, ids.size());
    co_return ids;
}

}  // namespace

operating::OperatedPtr Operations::find(std::string_view name) const {
    auto all = connectors();
    const auto found = std::ranges::find_if(all, [&](const auto& one) { return one->name == name; });
    return found == all.end() ? nullptr : *found;
}

const std::vector<OperatorApi::Entry>& OperatorApi::table() {
    static const std::vector<Entry> entries = {
        {{Verb::post, session_path}, Body::required, &OperatorApi::begin_session},
        {{Verb::delete_, session_path}, Body::none, &OperatorApi::end_session},
        {{Verb::get, "/api/v1/status"}, Body::none, &OperatorApi::status},
        {{Verb::get, "/api/v1/openapi.json"}, Body::none, &OperatorApi::openapi},
        {{Verb::get, "/api/v1/connectors/{connector}/timeline"}, Body::none, &OperatorApi::timeline},
        {{Verb::get, "/api/v1/connectors/{connector}/dead"}, Body::none, &OperatorApi::letters},
        {{Verb::get, "/api/v1/connectors/{connector}/dead/groups"}, Body::none, &OperatorApi::letter_groups},
        {{Verb::post, "/api/v1/connectors/{connector}/dead/replay"}, Body::required, &OperatorApi::replay},
        {{Verb::post, "/api/v1/connectors/{connector}/dead/discard"}, Body::required, &OperatorApi::discard},
        {{Verb::get, "/api/v1/connectors/{connector}/dead/{id}"}, Body::none, &OperatorApi::letter},
        {{Verb::post, "/api/v1/connectors/{connector}/pause"}, Body::required, &OperatorApi::pause},
        {{Verb::post, "/api/v1/connectors/{connector}/resume"}, Body::optional, &OperatorApi::resume},
        {{Verb::post, "/api/v1/connectors/{connector}/subscription/repair"},
         Body::optional,
         &OperatorApi::repair},
        {{Verb::post, "/api/v1/connectors/{connector}/reconcile"}, Body::optional, &OperatorApi::reconcile}};
    return entries;
}

OperatorApi::OperatorApi(Operations operations, OperatorGuard& guard, std::string_view peer_field)
    : operations_(std::move(operations)), guard_(guard), peer_field_(peer_field) {
    for (const auto& entry : table())
        router_.add(entry.route.method, entry.route.pattern,
                    [this, &entry](http::RoutedRequest routed) { return let_in(entry, std::move(routed)); });
}

std::vector<OperatorRoute> OperatorApi::routes() {
    std::vector<OperatorRoute> routes;
    for (const auto& entry : table()) routes.push_back(entry.route);
    return routes;
}

// Without the token nobody learns what there is: 401 comes before 404 and 405.
asio::awaitable<http::Response> OperatorApi::answer(http::Request request) {
    std::optional<http::Response> refusal;
    const std::string target(request.target());
    try {
        if (std::string_view(target).substr(0, target.find('?')) != session_path)
            guard_.check_caller(request);
        auto response = co_await router_.answer(std::move(request));
        refusal = refusal_of_router(std::move(response), target);
    } catch (const OperatorRefusal& error) {
        refusal = error.answer();
    }
    co_return std::move(*refusal);
}

asio::awaitable<http::Response> OperatorApi::let_in(const Entry& entry, http::RoutedRequest routed) {
    Call call;
    const auto& request = routed.request;
    const bool is_session = entry.route.pattern == session_path;
    call.caller = is_session ? Caller::page : guard_.check_caller(request);
    if (entry.route.method != Verb::get) guard_.check_origin(request, call.caller);
    if (entry.body != Body::none) call.body = body_in(request, entry.body == Body::required);
    if (entry.body != Body::none || is_session) allow_parameters(routed, {});
    call.routed = std::move(routed);
    std::string trouble;
    try {
        auto response = co_await (this->*entry.handler)(std::move(call));
        co_return response;
    } catch (const redis::Error& error) {
        trouble = error.what();
    } catch (const net::Interrupted&) {
        trouble = "The agent stops or reads its configuration anew";
    }
    refuse_unavailable(trouble);
}

operating::OperatedPtr OperatorApi::connector_of(const Call& call) const {
    const auto name = call.captured("connector");
    auto connector = operations_.find(name);
    if (!connector)
        throw OperatorRefusal(404, "no_such_connector",
                              "No connector is enabled that is called " + name.substr(0, 64) + ".");
    return connector;
}

bool OperatorApi::is_secure() const {
    return guard_.settings().public_url.starts_with("https:");
}

std::string OperatorApi::who(const Call& call) const {
    const auto peer = call.routed.request[peer_field_];
    const std::string from(peer.empty() ? boost::beast::string_view("an unknown address") : peer);
    return (call.caller == Caller::page ? "operators’ page, from " : "a script with the admin token, from ") +
           from;
}

asio::awaitable<http::Response> OperatorApi::begin_session(Call call) {
    allow_members(call.body, {"token"});
    const auto& token = guard_.settings().token;
    const bool is_given = call.body.contains("token");
    const auto given = is_given ? text_member(call.body, "token", longest_token) : std::string();
    if (!token.empty() && !is_given)
        throw OperatorRefusal(401, "token_needed", "token: sign in with admin.token of the configuration.",
                              "token");
    if (!token.empty() && !are_same(given, token))
        throw OperatorRefusal(401, "wrong_token", "token: it is another one than admin.token.", "token");
    const auto id = guard_.sessions().begin(std::chrono::steady_clock::now());
    auto response = answer_json(json::object{{"token_required", !token.empty()}});
    response.set(Field::set_cookie, cookie_of(id, is_secure()));
    co_return response;
}

asio::awaitable<http::Response> OperatorApi::end_session(Call call) {
    if (const auto id = session_in(call.routed.request)) guard_.sessions().end(*id);
    auto response = json_answer(204, "");
    response.set(Field::set_cookie, no_cookie(is_secure()));
    co_return response;
}

asio::awaitable<http::Response> OperatorApi::status(Call call) {
    allow_parameters(call.routed, {});
    const auto object = co_await operations_.status();
    co_return answer_json(object);
}

asio::awaitable<http::Response> OperatorApi::openapi(Call call) {
    allow_parameters(call.routed, {});
    co_return json_answer(200, std::string(find_asset(operator_assets(), "operator.json")->plain));
}

// A page of the list may be short while there are more: one look at the store is bounded.
asio::awaitable<http::Response> OperatorApi::timeline(Call call) {
    allow_parameters(call.routed, {"person", "outcome", "cursor", "reveal"});
    auto filter = timeline_filter(call.routed);
    auto cursor = cursor_in(call.routed);
    const bool is_revealed = reveals(call.routed);
    const auto connector = connector_of(call);
    const auto page = co_await connector->timeline.page(std::move(filter), std::move(cursor), page_size);
    co_return answer_json(operating::to_json(page, is_revealed));
}

asio::awaitable<http::Response> OperatorApi::letters(Call call) {
    allow_parameters(call.routed, {"reason", "status", "q", "cursor", "reveal"});
    auto filter = letter_filter(call.routed);
    auto cursor = cursor_in(call.routed);
    const bool is_revealed = reveals(call.routed);
    const auto connector = connector_of(call);
    auto page = co_await connector->dead_letters.page(std::move(filter), std::move(cursor), page_size);
    const auto seen = co_await operating::look_at(connector->people, std::move(page.items));
    co_return answer_json(operating::to_json(seen, page.cursor, is_revealed));
}

asio::awaitable<http::Response> OperatorApi::letter_groups(Call call) {
    allow_parameters(call.routed, {"reason", "status", "q"});
    auto filter = letter_filter(call.routed);
    const auto connector = connector_of(call);
    const std::string target(call.routed.request.target());
    const auto backlog = co_await connector->backlog.look();
    std::erase_if(known_groups_, [](const auto& known) { return known.second.until < Clock::now(); });
    const auto known = known_groups_.find(target);
    if (known != known_groups_.end() && known->second.letters == backlog.dead_letters &&
        known->second.since_ms == backlog.dead_since_ms)
        co_return json_answer(200, known->second.json);
    const auto groups = co_await connector->dead_letters.groups(std::move(filter));
    auto text = json::serialize(operating::to_json(groups));
    if (known_groups_.size() < most_known_groups)
        known_groups_.insert_or_assign(target, KnownGroups{text, backlog.dead_letters, backlog.dead_since_ms,
                                                           Clock::now() + groups_kept});
    co_return json_answer(200, std::move(text));
}

asio::awaitable<http::Response> OperatorApi::letter(Call call) {
    allow_parameters(call.routed, {"reveal"});
    const bool is_revealed = reveals(call.routed);
    const auto connector = connector_of(call);
    const auto id = call.captured("id");
    auto letter = co_await connector->dead_letters.letter(id);
    if (!letter)
        throw OperatorRefusal(404, "no_such_dead_letter",
                              "There is no dead letter " + id.substr(0, 64) + ".");
    std::vector<redis::StoredLetter> letters;
    letters.push_back(std::move(*letter));
    const auto seen = co_await operating::look_at(connector->people, std::move(letters));
    co_return answer_json(operating::to_json_with_body(seen.front(), is_revealed));
}

asio::awaitable<http::Response> OperatorApi::replay(Call call) {
    auto selection = selection_in(call.body, false);
    const auto connector = connector_of(call);
    auto ids = co_await selected_ids(connector, std::move(selection));
    const auto replayed = co_await connector->dead_letters.replay(std::move(ids));
    co_return answer_json(operating::to_json(replayed));
}

asio::awaitable<http::Response> OperatorApi::discard(Call call) {
    auto selection = selection_in(call.body, true);
    const bool is_dry_run = selection.is_dry_run;
    const std::string field = selection.filter ? "filter" : "ids";
    const auto connector = connector_of(call);
    auto ids = co_await selected_ids(connector, std::move(selection));
    auto found = co_await operating::look_at_all(connector->dead_letters, ids);
    if (!found)
        throw OperatorRefusal(422, "too_many",
                              field +
                                  ": the bodies are more than 64 MiB together, nothing was done. At a "
                                  "terminal: calendly-brevo dead discard --export FILE",
                              field);
    if (!is_dry_run) found = co_await connector->dead_letters.discard(std::move(ids));
    const auto object = co_await operating::discarded_json(connector->people, std::move(*found));
    co_return answer_json(object);
}

asio::awaitable<http::Response> OperatorApi::pause(Call call) {
    allow_members(call.body, {"reason"});
    redis::Pause wanted{who(call), text_member(call.body, "reason", longest_pause_reason),
                        redis::unix_ms().count()};
    const auto connector = connector_of(call);
    const std::optional<redis::Pause> stands = co_await connector->pause_switch.pause(std::move(wanted));
    co_return answer_json(operating::to_json(stands));
}

asio::awaitable<http::Response> OperatorApi::resume(Call call) {
    allow_members(call.body, {});
    const auto connector = connector_of(call);
    co_await connector->pause_switch.resume();
    const std::optional<redis::Pause> none;
    co_return answer_json(operating::to_json(none));
}

asio::awaitable<http::Response> OperatorApi::repair(Call call) {
    allow_members(call.body, {});
    const auto connector = connector_of(call);
    std::optional<OperatorRefusal> refusal;
    try {
        const auto repaired = co_await connector->repair();
        json::object object{{"state", repaired.state}};
        object["changes"] = json::value_from(repaired.changes);
        co_return answer_json(object);
    } catch (const operating::RepairRefused& error) {
        refusal.emplace(502, "refused", error.what());
    } catch (const operating::UnderWay& error) {
        refusal.emplace(409, "running", error.what());
    }
    throw OperatorRefusal(*refusal);
}

asio::awaitable<http::Response> OperatorApi::reconcile(Call call) {
    allow_members(call.body, {});
    const auto connector = connector_of(call);
    std::string running;
    try {
        co_await connector->reconcile();
    } catch (const operating::UnderWay& error) {
        running = error.what();
    }
    if (!running.empty()) throw OperatorRefusal(409, "running", running);
    co_return answer_json(json::object{{"state", "started"}}, 202);
}

}  // namespace web
