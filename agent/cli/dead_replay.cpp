#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "cli/dead.hpp"
#include "operating/shapes.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;

asio::awaitable<int> replay_letters(Session& session, LetterOptions options, bool as_json) {
    auto ids = co_await chosen_letters(session, options);
    if (options.is_dry_run) {
        const auto exit_code = co_await say_what_would_be(session, options, std::move(ids), "replay");
        co_return exit_code;
    }
    if (options.ids.empty() && !ids.empty()) agree(options, "replay " + chosen_text(options, ids.size()));
    const auto all = co_await session.services().dead_letter_desk().replay(std::move(ids));
    if (as_json)
        fmt::print("{}\n", boost::json::serialize(operating::to_json(all)));
    else
        fmt::print("replayed {}\n", chosen_text(options, all.count));
    const auto exit_code = report_missing(all.missing);
    co_return options.ids.empty() ? app::exit_code::done : exit_code;
}

Run declare_dead_replay(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<LetterOptions>();
    add_letter_choice(line, *options);
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return replay_letters(session, *options, common.as_json); });
    };
}

}  // namespace

const Command dead_replay_command{"dead replay", "Put dead letters back into the queue", true,
                                  declare_dead_replay};

}  // namespace cli
