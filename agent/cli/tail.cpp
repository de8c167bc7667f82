#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/looking.hpp"
#include "cli/session.hpp"
#include "net/interruption.hpp"
#include "operating/shapes.hpp"
#include "redis/error.hpp"
#include "redis/stream_id.hpp"
#include "redis/timeline.hpp"
#include "text/mask.hpp"
#include "text/text.hpp"

namespace cli {

struct TailOptions {
    std::string connector;
    std::string after;  // id; "": what comes from now on
    bool reveals = false;
};

namespace {

namespace asio = boost::asio;

constexpr std::size_t read_in_one = 500;
constexpr std::chrono::milliseconds look_again{250};
constexpr std::chrono::milliseconds after_trouble{1000};

std::string step_text(const rules::Step& step) {
    auto text =
        fmt::format("{} {} {} ms", rules::to_string(step.kind), rules::status_text(step.status), step.ms);
    for (const auto& what : step.left_out) text += " without " + what;
    return text;
}

// A line for people.
std::string line_of(const redis::StoredTimelineEntry& stored, bool reveals) {
    const auto& entry = stored.entry;
    const auto person = reveals ? entry.person : text::mask_email(entry.person);
    auto line = fmt::format("{}  {:<10} {:<24} {}  {}", shown_time_of(entry.committed_ms),
                            rules::to_string(entry.outcome), entry.event, person, stored.id);
    for (const auto& step : entry.steps) line += "  " + step_text(step);
    if (!entry.reason.empty()) line += "  " + entry.reason;
    return text::one_line(line);
}

// False when nobody reads any more.
bool print_line(const std::string& line) {
    return std::fputs((line + "\n").c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
}

class Tail {
public:
    Tail(Session& session, TailOptions options, bool as_json)
        : session_(session), options_(std::move(options)), as_json_(as_json) {}

    asio::awaitable<int> run() {
        try {
            for (bool goes_on = true; goes_on;) goes_on = co_await look();
        } catch (const net::Interrupted&) {
            // Ctrl-C is how it ends.
        }
        co_return app::exit_code::done;
    }

private:
    // What Redis is in trouble with passes: the id says where to go on.
    asio::awaitable<bool> look() {
        auto& interruption = session_.services().interruption();
        std::string trouble;
        try {
            const bool is_read = co_await show_news();
            if (!is_read) co_return false;
        } catch (const redis::Error& error) {
            if (error.is_refusal()) throw;
            trouble = error.what();
        }
        if (!trouble.empty() && trouble != trouble_ && !interruption.is_requested())
            fmt::print(stderr, "calendly-brevo: {}; going on when it answers\n", trouble);
        trouble_ = trouble;
        co_await interruption.sleep(trouble.empty() ? look_again : after_trouble);
        co_return true;
    }

    asio::awaitable<bool> show_news() {
        auto& timeline = session_.services().timeline();
        if (options_.after.empty()) options_.after = co_await timeline.newest();
        for (std::size_t count = read_in_one; count == read_in_one;) {
            const auto news = co_await timeline.after(options_.after, read_in_one);
            count = news.items.size();
            if (news.has_gap && !said_gap(news)) co_return false;
            for (const auto& stored : news.items) {
                if (!print_line(shown(stored))) co_return false;
                options_.after = stored.id;
            }
        }
        co_return true;
    }

    bool said_gap(const redis::TimelineNews& news) {
        if (news.items.empty()) return true;
        const auto& next = news.items.front().id;
        if (!as_json_)
            return print_line(fmt::format(
                "-- gap: of what came between {} and {} some may no longer be there", options_.after, next));
        return print_line(boost::json::serialize(
            boost::json::object{{"gap", true}, {"after", options_.after}, {"before", next}}));
    }

    std::string shown(const redis::StoredTimelineEntry& stored) const {
        return as_json_ ? boost::json::serialize(operating::to_json(stored, options_.reveals))
                        : line_of(stored, options_.reveals);
    }

    Session& session_;
    TailOptions options_;
    bool as_json_;
    std::string trouble_;  // that was said
};

Run declare_tail(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<TailOptions>();
    add_connector_option(line, options->connector);
    line.add_option("--after", options->after, "Go on behind the entry with this id; 0-0: from the first one")
        ->check([](const std::string& typed) {
            return redis::parse_stream_id(typed) ? std::string() : "expected an id such as 1795898400000-0";
        });
    line.add_flag("--reveal", options->reveals, "Show e-mail addresses as they are");
    return [&common, options] {
        Session session(common, options->connector);
        Tail tail(session, *options, common.as_json);
        return session.run([&] { return tail.run(); });
    };
}

}  // namespace

const Command tail_command{"tail", "Show what becomes of bookings as it happens; Ctrl-C ends it", true,
                           declare_tail};

}  // namespace cli
