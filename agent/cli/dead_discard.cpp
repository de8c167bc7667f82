#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "cli/dead.hpp"
#include "cli/letter_export.hpp"
#include "operating/shapes.hpp"
#include "redis/arguments.hpp"

namespace cli {

struct DeadDiscardOptions {
    LetterOptions letters;
    std::string export_file;  // "": none
};

namespace {

namespace asio = boost::asio;
namespace json = boost::json;

// So many are written down and removed at a time: a command that is interrupted has done whole pieces.
constexpr std::size_t letters_in_a_piece = 500;

struct Removal {
    std::size_t count = 0;
    json::array items;  // without a file
    std::vector<std::string> missing;
};

// Whatever happens then, they are in the file.
asio::awaitable<void> export_letters(Session& session, std::vector<std::string> ids, LetterExport& file) {
    std::vector<redis::StoredLetter> letters;
    for (const auto& id : ids) {
        auto letter = co_await session.services().dead_letter_desk().letter(id);
        if (letter) letters.push_back(std::move(*letter));
    }
    const auto seen = co_await operating::look_at(session.services().people(), std::move(letters));
    for (const auto& one : seen) file.write(operating::to_json_with_body(one, true));
    file.keep();
}

asio::awaitable<void> discard_piece(Session& session, std::vector<std::string> ids, LetterExport* file,
                                    Removal& removal) {
    if (file) co_await export_letters(session, ids, *file);
    auto discarded = co_await session.services().dead_letter_desk().discard(std::move(ids));
    removal.count += discarded.items.size();
    std::move(discarded.missing.begin(), discarded.missing.end(), std::back_inserter(removal.missing));
    if (file) co_return;
    const auto seen = co_await operating::look_at(session.services().people(), std::move(discarded.items));
    for (const auto& one : seen) removal.items.push_back(operating::to_json_with_body(one, true));
}

void print_removal(Removal removal, const DeadDiscardOptions& options, bool as_json) {
    if (!as_json) {
        fmt::print("discarded {}\n", chosen_text(options.letters, removal.count));
        if (!options.export_file.empty()) fmt::print("they are in {}\n", options.export_file);
        return;
    }
    json::object object{{"discarded", removal.count}, {"missing", json::value_from(removal.missing)}};
    if (options.export_file.empty())
        object["items"] = std::move(removal.items);
    else
        object["export"] = options.export_file;
    fmt::print("{}\n", json::serialize(object));
}

asio::awaitable<int> discard_letters(Session& session, DeadDiscardOptions options, bool as_json) {
    auto ids = co_await chosen_letters(session, options.letters);
    if (options.letters.is_dry_run) {
        const auto exit_code =
            co_await say_what_would_be(session, options.letters, std::move(ids), "discard");
        co_return exit_code;
    }
    if (!ids.empty()) agree(options.letters, "discard for ever " + chosen_text(options.letters, ids.size()));
    std::optional<LetterExport> file;
    if (!options.export_file.empty()) file.emplace(options.export_file);
    Removal removal;
    for (std::size_t from = 0; from < ids.size(); from += letters_in_a_piece) {
        auto piece = redis::part_of(ids, from, letters_in_a_piece);
        co_await discard_piece(session, std::move(piece), file ? &*file : nullptr, removal);
    }
    const auto exit_code = report_missing(removal.missing);
    print_removal(std::move(removal), options, as_json);
    co_return options.letters.ids.empty() ? app::exit_code::done : exit_code;
}

Run declare_dead_discard(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<DeadDiscardOptions>();
    add_letter_choice(line, options->letters);
    line.add_option("--export", options->export_file,
                    "First write them to this file, a line of JSON each; it must not be there yet");
    return [&common, options] {
        Session session(common, options->letters.connector);
        return session.run([&] { return discard_letters(session, *options, common.as_json); });
    };
}

}  // namespace

const Command dead_discard_command{"dead discard", "Remove dead letters for ever", true,
                                   declare_dead_discard};

}  // namespace cli
