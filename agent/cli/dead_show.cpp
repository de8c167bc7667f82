#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/dead.hpp"
#include "operating/shapes.hpp"
#include "text/text.hpp"

namespace cli {

struct DeadShowOptions {
    std::string connector;
    std::string id;
    bool reveals = false;
};

namespace {

namespace asio = boost::asio;

// Name and value a line, each member of the JSON.
void print_letter(const boost::json::object& shown) {
    for (const auto& [name, value] : shown) {
        const auto text = value.is_string()
                              ? std::string(value.get_string().c_str(), value.get_string().size())
                              : boost::json::serialize(value);
        fmt::print("{:<13} {}\n", std::string_view(name.data(), name.size()), text::one_line(text));
    }
}

asio::awaitable<int> show_letter(Session& session, DeadShowOptions options, bool as_json) {
    auto letter = co_await session.services().dead_letter_desk().letter(options.id);
    if (!letter) co_return report_missing({options.id});
    std::vector<redis::StoredLetter> letters{std::move(*letter)};
    const auto seen = co_await operating::look_at(session.services().people(), std::move(letters));
    const auto shown = operating::to_json_with_body(seen.front(), options.reveals);
    if (as_json)
        fmt::print("{}\n", boost::json::serialize(shown));
    else
        print_letter(shown);
    co_return app::exit_code::done;
}

Run declare_dead_show(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<DeadShowOptions>();
    add_connector_option(line, options->connector);
    line.add_option("id", options->id, "The dead letter's id")->required();
    line.add_flag("--reveal", options->reveals, "Show personal data as they are");
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return show_letter(session, *options, common.as_json); });
    };
}

}  // namespace

const Command dead_show_command{"dead show", "Show a dead letter with its body", true, declare_dead_show};

}  // namespace cli
