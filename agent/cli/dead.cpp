#include "cli/dead.hpp"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/questions.hpp"
#include "redis/dead_letter_desk.hpp"

namespace cli {

void add_letter_filter(CLI::App& line, LetterOptions& options) {
    add_connector_option(line, options.connector);
    line.add_option("--reason", options.reason, "With exactly this reason");
    line.add_option("--status", options.status, "Refused with this HTTP status; none: without an answer")
        ->check([](const std::string& typed) {
            try {
                operating::parse_letter_status(typed);
                return std::string();
            } catch (const std::invalid_argument& error) {
                return std::string(error.what());
            }
        });
    line.add_option("-q,--q", options.q, "With this text in the body, the answer or the id");
}

void add_letter_choice(CLI::App& line, LetterOptions& options) {
    add_letter_filter(line, options);
    line.add_option("id", options.ids, "Dead letters by their ids");
    line.add_flag("-y,--yes", options.has_agreed, "Do not ask");
    line.add_flag("--dry-run", options.is_dry_run, "Only say which ones");
    line.parse_complete_callback([&options] {
        if (options.ids.empty() == filter_of(options).is_empty())
            throw CLI::ValidationError(
                "name dead letters by their ids, or by --reason, --status and --q: one of the two");
    });
}

redis::LetterFilter filter_of(const LetterOptions& options) {
    redis::LetterFilter filter;
    if (!options.reason.empty()) filter.reason = options.reason;
    if (!options.status.empty()) filter.status = operating::parse_letter_status(options.status);
    filter.q = options.q;
    return filter;
}

boost::asio::awaitable<std::vector<std::string>> chosen_letters(Session& session, LetterOptions options) {
    if (!options.ids.empty()) co_return options.ids;
    auto filter = filter_of(options);
    auto ids = co_await session.services().dead_letter_desk().ids(std::move(filter));
    co_return ids;
}

std::string chosen_text(const LetterOptions& options, std::size_t count) {
    auto text = fmt::format("{} dead letter{}", count, count == 1 ? "" : "s");
    std::string_view joint = " with";
    const auto add = [&](std::string_view what, const std::string& value) {
        if (value.empty()) return;
        text += fmt::format("{} the {} {}", joint, what, value);
        joint = " and";
    };
    add("reason", options.reason);
    add("status", options.status);
    add("text", options.q);
    return text;
}

boost::asio::awaitable<int> say_what_would_be(Session& session, LetterOptions options,
                                              std::vector<std::string> ids, std::string_view what) {
    std::vector<std::string> missing;
    for (const auto& id : options.ids) {
        const auto letter = co_await session.services().dead_letter_desk().letter(id);
        if (!letter) missing.push_back(id);
    }
    fmt::print("would {} {}\n", what, chosen_text(options, ids.size() - missing.size()));
    co_return report_missing(missing);
}

void agree(const LetterOptions& options, const std::string& what) {
    if (options.has_agreed) return;
    if (::isatty(STDIN_FILENO) != 1) throw CommandError(what + "? Nobody is there to ask: say --yes");
    TypedQuestions questions;
    if (!agrees(questions, what + "?", false)) throw CommandError("stopped at your word, nothing was done");
}

int report_missing(const std::vector<std::string>& missing) {
    for (const auto& id : missing) fmt::print(stderr, "calendly-brevo: no dead letter has the id {}\n", id);
    return missing.empty() ? app::exit_code::done : app::exit_code::failed;
}

}  // namespace cli
