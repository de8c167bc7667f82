#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/csv.hpp"
#include "cli/looking.hpp"
#include "cli/session.hpp"

namespace cli {

struct LinksCreateOptions {
    std::string connector;
    std::string event_type;
    unsigned count = 1;
    std::string csv_file;
};

// A CSV file that gets a link for each of its rows. It is written anew after each of them, whole or not at
// all: whatever interrupts the command, the next one goes on with the rows that have none.
class LinkSheet {
public:
    explicit LinkSheet(std::string path) : path_(std::move(path)) {
        read();
        find_column();
    }

    std::size_t size() const noexcept { return csv_.rows.size() - 1; }

    // Of the rows without one.
    std::vector<std::size_t> open_rows() const {
        std::vector<std::size_t> open;
        for (std::size_t row = 1; row < csv_.rows.size(); ++row)
            if (!is_blank(csv_.rows[row]) && link_of(row).empty()) open.push_back(row);
        return open;
    }

    void enter(std::size_t row, const std::string& link) {
        csv_.rows[0].resize(std::max(csv_.rows[0].size(), column_ + 1));
        csv_.rows[0][column_] = column_name;
        csv_.rows[row].resize(std::max(csv_.rows[row].size(), column_ + 1));
        csv_.rows[row][column_] = link;
        write();
    }

private:
    static constexpr const char* column_name = "link";

    // An empty line at the end of a file is no row of it.
    static bool is_blank(const std::vector<std::string>& row) { return row.size() == 1 && row[0].empty(); }

    [[noreturn]] void fail(const std::string& why) const {
        throw CommandError(fmt::format("{}: {}", path_, why));
    }

    std::string link_of(std::size_t row) const {
        const auto& cells = csv_.rows[row];
        return column_ < cells.size() ? cells[column_] : std::string();
    }

    void read() {
        std::ifstream file(path_, std::ios::binary);
        std::ostringstream text;
        if (!file || !(text << file.rdbuf()))
            fail(file ? "it is empty: the first line names the columns" : std::strerror(errno));
        try {
            csv_ = parse_csv(text.str());
        } catch (const std::invalid_argument& error) {
            fail(error.what());
        }
        if (csv_.rows.size() < 2) fail("it has no rows below the line that names the columns");
    }

    void find_column() {
        const auto& names = csv_.rows[0];
        column_ = static_cast<std::size_t>(std::ranges::find(names, column_name) - names.begin());
        for (std::size_t row = 1; row < csv_.rows.size(); ++row)
            if (const auto link = link_of(row); !link.empty() && !link.starts_with("https://"))
                fail(fmt::format("row {}: its column 'link' has something else: rename the column", row));
    }

    void write() const {
        namespace fs = std::filesystem;
        const auto part = path_ + ".part";
        std::error_code error;
        {
            std::ofstream file(part, std::ios::binary | std::ios::trunc);
            file << to_text(csv_);
            if (!file.flush()) fail(fmt::format("{} cannot be written: {}", part, std::strerror(errno)));
        }
        fs::permissions(part, fs::status(path_, error).permissions(), error);
        fs::rename(part, path_, error);
        if (error) fail("cannot be replaced: " + error.message());
    }

    std::string path_;
    Csv csv_;
    std::size_t column_ = 0;
};

namespace {

boost::asio::awaitable<std::string> only_type(Looking& looking, std::string text) {
    const auto types = co_await looking.event_types_named(text);
    if (types.size() > 1)
        throw CommandError(fmt::format(
            "{} event types are called '{}': give the URI, calendly-brevo event-types list shows them",
            types.size(), text));
    co_return *types.begin();
}

boost::asio::awaitable<calendly::SchedulingLink> make_link(Session& session, std::string type) {
    auto& listing = session.services().listing();
    auto link = co_await session.ask([&]() -> boost::asio::awaitable<api::Answer<calendly::SchedulingLink>> {
        auto answer = co_await listing.create_link(type);
        if (!answer && answer.error().status == 404 && answer.error().remedy == api::Remedy::give_up)
            throw CommandError(fmt::format(
                "Calendly has no event type {}: calendly-brevo event-types list shows those that there are",
                type));
        co_return answer;
    });
    co_return link;
}

// A link for each row. Links that were made are told, also when the next one cannot be.
boost::asio::awaitable<void> create_each(Session& session, const std::string& type,
                                         const std::vector<std::size_t>& rows, LinkSheet* sheet,
                                         boost::json::array* made) {
    for (const auto row : rows) {
        const auto link = co_await make_link(session, type);
        if (sheet) sheet->enter(row, link.booking_url);
        if (made) {
            made->push_back(with_mapping(session.connector(), type, link.json));
        } else if (!sheet) {
            fmt::print("{}\n", link.booking_url);
            std::fflush(stdout);
        }
    }
}

boost::asio::awaitable<int> create_links(Session& session, const LinksCreateOptions& options, bool as_json) {
    std::optional<LinkSheet> sheet;
    if (!options.csv_file.empty()) sheet.emplace(options.csv_file);
    Looking looking(session);
    const auto type = co_await only_type(looking, options.event_type);
    const auto rows = sheet ? sheet->open_rows() : std::vector<std::size_t>(options.count);
    boost::json::array made;
    std::exception_ptr failure;
    try {
        co_await create_each(session, type, rows, sheet ? &*sheet : nullptr, as_json ? &made : nullptr);
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (as_json) fmt::print("{}\n", boost::json::serialize(made));
    if (failure) std::rethrow_exception(failure);
    if (sheet && !as_json)
        fmt::print("{} links made, {} of {} rows had one\n", rows.size(), sheet->size() - rows.size(),
                   sheet->size());
    co_return app::exit_code::done;
}

Run declare_links_create(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<LinksCreateOptions>();
    add_connector_option(line, options->connector);
    line.add_option("event-type", options->event_type,
                    "What is booked: an event type's URI, its name, or the name of a mapping")
        ->required();
    auto* count = line.add_option("--count", options->count, "How many")
                      ->check(CLI::Range(1u, 100'000u))
                      ->capture_default_str();
    line.add_option("--csv", options->csv_file,
                    "One for each row of this file, which gets a column 'link'; rows that have one are left "
                    "alone, so that an interrupted run goes on")
        ->excludes(count);
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return create_links(session, *options, common.as_json); });
    };
}

}  // namespace

const Command links_create_command{"links create", "Make booking links that serve once", true,
                                   declare_links_create};

}  // namespace cli
