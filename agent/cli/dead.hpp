// What the commands about dead letters have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "cli/session.hpp"
#include "operating/dead_letters.hpp"

namespace CLI {
class App;
}

namespace cli {

// Which letters a command is about.
struct LetterOptions {
    std::string connector;
    std::vector<std::string> ids;
    std::string reason, status, q;  // "": any
    bool has_agreed = false;        // nobody is asked
    bool is_dry_run = false;
};

void add_letter_filter(CLI::App& line, LetterOptions& options);
// Ids or a filter, one of the two, and --yes and --dry-run. Anything else ends the command with `usage`.
void add_letter_choice(CLI::App& line, LetterOptions& options);

redis::LetterFilter filter_of(const LetterOptions& options);

// The ids that are named, or of all letters that the filter takes now.
boost::asio::awaitable<std::vector<std::string>> chosen_letters(Session& session, LetterOptions options);

// "12 dead letters with the reason x and the status 400".
std::string chosen_text(const LetterOptions& options, std::size_t count);

// A dry run: says what "replay" or "discard" would do to those that are there. The exit code.
boost::asio::awaitable<int> say_what_would_be(Session& session, LetterOptions options,
                                              std::vector<std::string> ids, std::string_view what);

// Asks whether to `what` them; without a terminal it must have been said. Throws CommandError for a no.
void agree(const LetterOptions& options, const std::string& what);

// Says on standard error which ids no letter has. The exit code.
int report_missing(const std::vector<std::string>& missing);

}  // namespace cli
