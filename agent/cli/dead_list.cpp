#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "cli/dead.hpp"
#include "cli/looking.hpp"
#include "cli/table.hpp"
#include "operating/shapes.hpp"

namespace cli {

struct DeadListOptions {
    LetterOptions letters;
    std::size_t limit = 50;
    std::string cursor;
    bool shows_groups = false;
    bool reveals = false;
};

namespace {

namespace asio = boost::asio;

void print_letters(const std::vector<operating::SeenLetter>& letters, bool reveals) {
    Table table({"ID", "FAILED", "STATUS", "REASON", "PERSON", "EVENT", "REPLAYS", "SUPERSEDED"});
    for (const auto& seen : letters) {
        const auto& letter = seen.letter;
        table.add({letter.entry.id, shown_time_of(letter.failed_ms), rules::status_text(letter.status),
                   letter.reason, operating::shown_person(seen.person, reveals), seen.event,
                   std::to_string(letter.entry.replays), seen.is_superseded ? "yes" : "no"});
    }
    fmt::print("{}", table.text());
}

void print_groups(const std::vector<redis::LetterGroup>& groups) {
    Table table({"COUNT", "STATUS", "OLDEST", "NEWEST", "REASON"});
    for (const auto& group : groups)
        table.add({std::to_string(group.count), rules::status_text(group.status),
                   shown_time_of(group.oldest_ms), shown_time_of(group.newest_ms), group.reason});
    fmt::print("{}", table.text());
}

// A page of the desk may have fewer than are wanted, and a next one all the same.
asio::awaitable<redis::LetterPage> read_page(Session& session, DeadListOptions options) {
    auto& desk = session.services().dead_letter_desk();
    redis::LetterPage all;
    all.cursor = options.cursor;
    do {
        auto filter = filter_of(options.letters);
        auto page = co_await desk.page(std::move(filter), all.cursor, options.limit - all.items.size());
        for (auto& letter : page.items) all.items.push_back(std::move(letter));
        all.cursor = page.cursor;
    } while (!all.cursor.empty() && all.items.size() < options.limit);
    co_return all;
}

asio::awaitable<int> list_groups(Session& session, DeadListOptions options, bool as_json) {
    auto filter = filter_of(options.letters);
    const auto groups = co_await session.services().dead_letter_desk().groups(std::move(filter));
    if (as_json)
        fmt::print("{}\n", boost::json::serialize(operating::to_json(groups)));
    else
        print_groups(groups);
    co_return app::exit_code::done;
}

asio::awaitable<int> list_letters(Session& session, DeadListOptions options, bool as_json) {
    auto page = co_await read_page(session, options);
    const auto cursor = page.cursor;
    const auto seen = co_await operating::look_at(session.services().people(), std::move(page.items));
    if (as_json) {
        fmt::print("{}\n", boost::json::serialize(operating::to_json(seen, cursor, options.reveals)));
        co_return app::exit_code::done;
    }
    print_letters(seen, options.reveals);
    if (!cursor.empty()) fmt::print("there are more: --cursor {}\n", cursor);
    co_return app::exit_code::done;
}

Run declare_dead_list(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<DeadListOptions>();
    add_letter_filter(line, options->letters);
    line.add_option("--limit", options->limit, "So many at most")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    line.add_option("--cursor", options->cursor, "Go on where a list ended");
    line.add_flag("--groups", options->shows_groups, "How many there are of each reason and status");
    line.add_flag("--reveal", options->reveals, "Show e-mail addresses as they are");
    return [&common, options] {
        Session session(common, options->letters.connector);
        return session.run([&] {
            return options->shows_groups ? list_groups(session, *options, common.as_json)
                                         : list_letters(session, *options, common.as_json);
        });
    };
}

}  // namespace

const Command dead_list_command{"dead list", "List dead letters, newest first", true, declare_dead_list};

}  // namespace cli
