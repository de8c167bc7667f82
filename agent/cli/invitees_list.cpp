#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "calendly/link.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/looking.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

namespace cli {

struct InviteesListOptions {
    std::string connector;
    std::string event;
};

namespace {

std::string state_of(const calendly::ListedInvitee& listed) {
    if (listed.invitee.rescheduled) return "rescheduled";
    if (listed.is_canceled) return "canceled";
    return listed.invitee.no_show ? "no-show" : "active";
}

void print_invitees(const std::vector<calendly::ListedInvitee>& invitees) {
    Table table({"NAME", "EMAIL", "STATE", "BOOKED", "URI"});
    for (const auto& listed : invitees)
        table.add({listed.invitee.name, listed.invitee.email, state_of(listed),
                   shown_time(listed.invitee.created_at), listed.invitee.uri});
    fmt::print("{}", table.text());
}

boost::asio::awaitable<int> list_invitees(Session& session, const InviteesListOptions& options,
                                          bool as_json) {
    Looking looking(session);
    const auto event = co_await looking.event(options.event);
    const auto link = calendly::parse_link(event.event.uri, session.services().listing().origin());
    if (!link) throw CommandError("Calendly's answer names another meeting: " + event.event.uri);
    const auto invitees = co_await looking.invitees(*link);
    if (as_json) {
        boost::json::array array;
        for (const auto& listed : invitees)
            array.push_back(with_mapping(session.connector(), event.event.event_type, listed.json));
        fmt::print("{}\n", boost::json::serialize(array));
    } else {
        print_invitees(invitees);
    }
    co_return app::exit_code::done;
}

Run declare_invitees_list(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<InviteesListOptions>();
    add_connector_option(line, options->connector);
    line.add_option("event", options->event, "The meeting: its URI or its id")->required();
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return list_invitees(session, *options, common.as_json); });
    };
}

}  // namespace

const Command invitees_list_command{"invitees list", "List who is or was invited to a meeting", true,
                                    declare_invitees_list};

}  // namespace cli
