#include "sandbox/control_api.hpp"

#include <limits>

#include "sandbox/brevo_bodies.hpp"
#include "sandbox/brevo_refusal.hpp"
#include "sandbox/fields.hpp"
#include "sandbox/http_bridge.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

constexpr std::size_t most_journal_entries = 1000;  // an answer
constexpr std::chrono::milliseconds longest_wait{60'000};
constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

std::uint64_t number_parameter(const Call& call, const std::string& name, std::uint64_t otherwise) {
    const auto text = call.parameter(name);
    if (!text) return otherwise;
    const auto number = parse_integer(*text);
    if (!number || *number < 0) throw invalid_argument({{name, "must be a number"}});
    return static_cast<std::uint64_t>(*number);
}

std::optional<Api> api_parameter(const Call& call) {
    const auto name = call.parameter("api");
    if (!name) return std::nullopt;
    for (const auto api : {Api::calendly, Api::brevo, Api::webhooks})
        if (to_text(api) == *name) return api;
    throw invalid_argument({{"api", "must be calendly, brevo or webhooks"}});
}

Answer add_attribute(BrevoState& brevo, const Call& call) {
    auto body = parse_object(call.body);
    Fields fields(body);
    const auto name = fields.required_text("name");
    const auto category = fields.text("category").value_or("normal");
    require_valid(fields);
    body.erase("name");
    body.erase("category");
    brevo.attributes().add(read_attribute(body, name, category));
    return created(to_json(*brevo.attributes().find(name)));
}

Answer add_list(BrevoState& brevo, const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"id", "name"});
    const auto id = fields.integer("id").value_or(0);
    const auto name = fields.text("name").value_or("List " + std::to_string(id));
    require_valid(fields);
    brevo.add_list(id, name);
    return created({{"id", id}, {"name", name}});
}

}  // namespace

Answer created(json::object body) {
    Answer answer = shown(std::move(body));
    answer.status = 201;
    return answer;
}

ControlApi::ControlApi(std::shared_ptr<World> world) : world_(std::move(world)) {
    add_booking_routes();
    add_delivery_routes();
    add_account_routes();
    add_brevo_routes();
    add_reading_routes();
}

asio::awaitable<std::optional<http::Server::Response>> ControlApi::serve(std::shared_ptr<ControlApi> self,
                                                                         http::Server::Request request) {
    auto call = to_call(request, "");
    if (!call) co_return to_response(to_answer(not_found()));
    if (call->method == "GET" && call->path == "/journal") {
        const Answer answer = co_await self->journal(std::move(*call));
        co_return to_response(answer);
    }
    co_return to_response(self->handle(std::move(*call)));
}

Answer ControlApi::handle(Call call) {
    try {
        const auto route = router_.find(call);
        if (route.handler) return (*route.handler)(call);
        if (route.miss == Router::Miss::wrong_method)
            throw CalendlyRefusal(405, "Method Not Allowed", call.method + " is not for " + call.path);
        throw not_found();
    } catch (const CalendlyRefusal& refusal) {
        return to_answer(refusal);
    } catch (const BrevoRefusal& refusal) {
        return to_answer(CalendlyRefusal(refusal.status, refusal.code, refusal.what()));
    }
}

void ControlApi::add_brevo_routes() {
    router_.add("POST", "/brevo/attributes",
                [this](const Call& call) { return add_attribute(world_->brevo, call); });
    router_.add("POST", "/brevo/lists", [this](const Call& call) { return add_list(world_->brevo, call); });
    router_.add("DELETE", "/brevo/lists/{list}", [this](const Call& call) {
        const auto list = parse_integer(call.captured.at("list"));
        if (!list || !world_->brevo.delete_list(*list)) throw not_found();
        return shown({});
    });
    router_.add("GET", "/contacts", [this](const Call& call) {
        const auto limit = number_parameter(call, "limit", no_limit);
        const auto after = static_cast<std::int64_t>(number_parameter(call, "after", 0));
        const auto& all = world_->brevo.contacts();
        json::array contacts;
        for (auto one = all.upper_bound(after); one != all.end() && contacts.size() < limit; ++one)
            contacts.push_back(to_json(one->second));
        return shown({{"contacts", std::move(contacts)}});
    });
    router_.add("GET", "/contacts/{email}", [this](const Call& call) {
        const auto* contact = world_->brevo.find_by_email(call.captured.at("email"));
        if (!contact) throw not_found();
        return shown(to_json(*contact));
    });
    router_.add("GET", "/events", [this](const Call& call) {
        const auto after = number_parameter(call, "after", 0);
        const auto limit = number_parameter(call, "limit", no_limit);
        const auto email = call.parameter("email");
        json::array events;
        for (const auto& event : world_->brevo.events())
            if (event.number > after && events.size() < limit &&
                (!email || event.email == lower_case(*email)))
                events.push_back(to_json(event));
        return shown({{"events", std::move(events)}, {"last", world_->brevo.events().size()}});
    });
}

void ControlApi::add_reading_routes() {
    router_.add("GET", "/health", [this](const Call&) { return health(); });
    router_.add("GET", "/bookings", [this](const Call& call) { return bookings(call); });
    router_.add("POST", "/faults", [this](const Call& call) {
        const auto body = parse_object(call.body);
        Fields fields(body);
        auto fault = read_fault(fields);
        require_valid(fields);
        return created({{"id", world_->faults->add(std::move(fault))}});
    });
    router_.add("GET", "/faults", [this](const Call&) {
        return shown({{"faults", world_->faults->list()}});
    });
    router_.add("DELETE", "/faults", [this](const Call&) {
        world_->faults->clear();
        return shown({{"faults", json::array()}});
    });
}

Answer ControlApi::health() const {
    const auto& calendly = world_->calendly;
    return shown({{"status", "ok"},
                  {"organization", calendly_uri("organizations", calendly.organization())},
                  {"user", calendly_uri("users", calendly.owner().id)},
                  {"bookings", calendly.invitee_ids().size()},
                  {"contacts", world_->brevo.contacts().size()},
                  {"events", world_->brevo.events().size()},
                  {"pending_deliveries", world_->deliveries->pending()},
                  {"held_deliveries", world_->deliveries->held().size()},
                  {"journal", world_->journal->last()}});
}

Answer ControlApi::bookings(const Call& call) const {
    const auto& calendly = world_->calendly;
    const auto email = call.parameter("email");
    json::array bookings;
    for (const auto& id : calendly.invitee_ids()) {
        const auto& invitee = calendly.invitee(id);
        if (email && lower_case(invitee.email) != lower_case(*email)) continue;
        auto booking = to_json(calendly, invitee);
        booking["scheduled_event"] = to_json(calendly, calendly.event(invitee.event));
        bookings.push_back(std::move(booking));
    }
    return shown({{"bookings", std::move(bookings)}});
}

asio::awaitable<Answer> ControlApi::journal(Call call) {
    std::uint64_t after = 0;
    std::uint64_t limit = most_journal_entries;
    std::chrono::milliseconds patience{0};
    std::optional<Api> api;
    try {
        after = number_parameter(call, "after", 0);
        limit = std::min(limit, number_parameter(call, "limit", limit));
        patience = std::min(longest_wait, std::chrono::milliseconds(number_parameter(call, "wait_ms", 0)));
        api = api_parameter(call);
    } catch (const CalendlyRefusal& refusal) {
        co_return to_answer(refusal);
    }
    co_await world_->journal->wait_after(after, api, patience);
    json::array entries;
    for (const auto* entry : world_->journal->after(after, api, limit)) entries.push_back(to_json(*entry));
    co_return shown({{"entries", std::move(entries)}, {"last", world_->journal->last()}});
}

}  // namespace sandbox
