// The control API: makes things happen in the sandbox and shows what happened. Documented in README.md.
#pragma once

#include "http/server.hpp"
#include "sandbox/fields.hpp"
#include "sandbox/world.hpp"

namespace sandbox {

class ControlApi {
public:
    explicit ControlApi(std::shared_ptr<World> world);

    // Everything but GET /journal, which may wait.
    Answer handle(Call call);

    static asio::awaitable<std::optional<http::Server::Response>> serve(std::shared_ptr<ControlApi> self,
                                                                        http::Server::Request request);

private:
    void add_booking_routes();
    void add_delivery_routes();
    void add_account_routes();
    void add_brevo_routes();
    void add_reading_routes();

    // Something that happens in Calendly: {... as the caller says} -> what the caller is told.
    using Happening = json::object (ControlApi::*)(const json::object& body);
    static const std::map<std::string, Happening, std::less<>> happenings;  // by the last word of the path

    json::object book(const json::object& body);
    json::object cancel(const json::object& body);
    json::object reschedule(const json::object& body);
    json::object mark_no_show(const json::object& body);
    json::object undo_no_show(const json::object& body);
    json::object submit_routing_form(const json::object& body);
    Answer play(const Call& call);
    json::array play_one(const json::value& action);
    Answer add_event_type(const Call& call);
    Answer add_token(const Call& call);
    Answer add_client(const Call& call);
    Answer set_role(const Call& call);
    Answer set_consent(const Call& call);
    Answer move_clock(const Call& call);
    Answer erase_event(const Call& call);
    Answer set_booking_rules(const Call& call);
    Answer deliver(const Call& call);
    Answer release(const Call& call);
    Answer disable_subscription(const Call& call);
    Answer health() const;
    Answer bookings(const Call& call) const;
    asio::awaitable<Answer> journal(Call call);

    // Tells subscribers and gives what the caller is told: the invitee and the deliveries' ids.
    json::object tell(std::string event, const Invitee& invitee, Instant at);

    std::shared_ptr<World> world_;
    Router router_;
    bool is_quiet_ = false;  // nobody is told of what happens
};

Answer created(json::object body);

}  // namespace sandbox
