#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/looking.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

namespace cli {
namespace {

void print_event_types(const config::Connector& connector,
                       const std::vector<calendly::ListedEventType>& types) {
    Table table({"NAME", "STATE", "KIND", "MINUTES", "MAPPED AS", "URI"});
    for (const auto& type : types)
        table.add({type.name, type.is_active ? "active" : "inactive", type.kind,
                   fmt::to_string(type.duration), mapped_text(connector, type.uri), type.uri});
    fmt::print("{}", table.text());
}

boost::asio::awaitable<int> list_event_types(Session& session, bool as_json) {
    Looking looking(session);
    const auto types = co_await looking.event_types();
    if (as_json) {
        boost::json::array array;
        for (const auto& type : types)
            array.push_back(with_mapping(session.connector(), type.uri, type.json));
        fmt::print("{}\n", boost::json::serialize(array));
    } else {
        print_event_types(session.connector(), types);
    }
    co_return app::exit_code::done;
}

Run declare_event_types_list(CLI::App& line, const CommonOptions& common) {
    auto connector = std::make_shared<std::string>();
    add_connector_option(line, *connector);
    return [&common, connector] {
        Session session(common, *connector);
        return session.run([&] { return list_event_types(session, common.as_json); });
    };
}

}  // namespace

const Command event_types_list_command{
    "event-types list", "List the organization's event types, inactive ones too, and their mapping", true,
    declare_event_types_list};

}  // namespace cli
