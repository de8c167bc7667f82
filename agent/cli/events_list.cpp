#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/looking.hpp"
#include "cli/moments.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

namespace cli {

struct EventsListOptions {
    std::string connector;
    Span span;
    std::string status;
    std::string email;
    std::string event_type;
};

namespace {

calendly::EventFilter filter_of(const EventsListOptions& options) {
    calendly::EventFilter filter;
    if (!options.span.from.empty()) filter.from = parse_moment(options.span.from, false);
    if (!options.span.to.empty()) filter.to = parse_moment(options.span.to, true);
    filter.status = options.status;
    filter.invitee_email = options.email;
    return filter;
}

void print_events(const config::Connector& connector, const std::vector<calendly::ListedEvent>& events) {
    Table table({"START", "STATUS", "NAME", "INVITEES", "HOST", "MAPPED AS", "URI"});
    for (const auto& listed : events)
        table.add({shown_time(listed.event.start_time), listed.status, listed.event.name,
                   fmt::format("{} of {}", listed.active, listed.total), listed.event.host_name,
                   mapped_text(connector, listed.event.event_type), listed.event.uri});
    fmt::print("{}", table.text());
}

boost::asio::awaitable<int> list_events(Session& session, const EventsListOptions& options, bool as_json) {
    Looking looking(session);
    std::set<std::string> types;
    if (!options.event_type.empty()) types = co_await looking.event_types_named(options.event_type);
    auto events = co_await looking.events(filter_of(options));
    if (!types.empty())
        std::erase_if(events, [&](const auto& listed) { return !types.contains(listed.event.event_type); });
    if (as_json) {
        boost::json::array array;
        for (const auto& listed : events)
            array.push_back(with_mapping(session.connector(), listed.event.event_type, listed.json));
        fmt::print("{}\n", boost::json::serialize(array));
    } else {
        print_events(session.connector(), events);
    }
    co_return app::exit_code::done;
}

Run declare_events_list(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<EventsListOptions>();
    add_connector_option(line, options->connector);
    add_span_options(line, options->span, false);
    line.add_option("--status", options->status, "Only those: active or canceled")
        ->check(CLI::IsMember({"active", "canceled"}));
    line.add_option("--email", options->email, "Only those to which this address is invited");
    line.add_option("--event-type", options->event_type,
                    "Only those of this event type: its URI, its name, or the name of a mapping");
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return list_events(session, *options, common.as_json); });
    };
}

}  // namespace

const Command events_list_command{"events list", "List meetings, the earliest first", true,
                                  declare_events_list};

}  // namespace cli
