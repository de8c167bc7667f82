#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "app/exit_code.hpp"
#include "brevo/codec.hpp"
#include "calendly/listing_api.hpp"
#include "calendly/parse.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/looking.hpp"
#include "cli/session.hpp"
#include "net/deadline.hpp"
#include "redis/client.hpp"
#include "redis/stream_id.hpp"
#include "redis/unix_ms.hpp"
#include "rules/missed_change.hpp"
#include "sync/preview.hpp"

namespace cli {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;

struct PreviewOptions {
    std::string connector;
    std::string file = "-";
    std::string stream_id;  // of an entry that waits
    std::string dead_id;    // of a dead letter
    std::string invitee;    // URI
};

// The result, or why there is none.
struct Previewed {
    syncing::Preview preview;
    std::exception_ptr trouble;
};

namespace {

constexpr std::chrono::seconds preview_patience = 60s;
constexpr auto where_ids_are =
    "calendly-brevo dead list shows the ids of dead letters, calendly-brevo status how many entries wait";

// "" of an entry's id.
std::string mistake_in_id(const std::string& typed) {
    if (redis::parse_stream_id(typed)) return {};
    return fmt::format("'{}' is no entry's id, such as 1767225600000-0; {}", typed, where_ids_are);
}

std::string read_body(const std::string& path) {
    std::ifstream file;
    if (path != "-") file.open(path, std::ios::binary);
    std::istream& stream = path == "-" ? std::cin : file;
    std::string body(std::istreambuf_iterator<char>(stream), {});
    if (path != "-" && !file.is_open()) throw CommandError(path + ": cannot be read");
    if (body.empty()) throw CommandError("the body is empty: name a file, or pipe a delivery's body in");
    return body;
}

shared::WebhookEntry entry_of(std::string body) {
    shared::WebhookEntry entry;
    entry.received_ms = redis::unix_ms().count();
    entry.id = std::to_string(entry.received_ms) + "-0";
    entry.body = std::move(body);
    return entry;
}

json::object to_json(const syncing::Preview& preview) {
    json::array events;
    for (const auto& event : preview.events) events.push_back(json::parse(brevo::event_body(event)));
    return {
        {"person", preview.person},
        {"contact", preview.is_written ? json::parse(brevo::upsert_body(preview.contact)) : json::value()},
        {"join_lists", json::value_from(preview.join_lists)},
        {"leave_lists", json::value_from(preview.leave_lists)},
        {"events", events},
        {"problems", json::value_from(preview.problems)}};
}

void print_preview(const syncing::Preview& preview) {
    fmt::print("person   {}\n", preview.person.empty() ? "nobody" : preview.person);
    if (!preview.is_written) fmt::print("contact  nothing is written\n");
    if (preview.is_written) {
        const auto body = json::parse(brevo::upsert_body(preview.contact));
        const auto* attributes = body.as_object().if_contains("attributes");
        fmt::print("contact  {}\n", attributes ? json::serialize(*attributes) : "its address alone");
    }
    fmt::print("joins    {}\n", preview.join_lists.empty()
                                    ? "no list"
                                    : fmt::format("{}", fmt::join(preview.join_lists, ", ")));
    fmt::print("leaves   {}\n", preview.leave_lists.empty()
                                    ? "no list"
                                    : fmt::format("{}", fmt::join(preview.leave_lists, ", ")));
    if (preview.events.empty()) fmt::print("events   none\n");
    for (const auto& event : preview.events)
        fmt::print("event    {} {}\n", event.name, json::serialize(event.properties));
    for (const auto& problem : preview.problems) fmt::print("problem  {}\n", problem);
}

}  // namespace

static asio::awaitable<shared::WebhookEntry> stored_entry(Session& session, std::string stream,
                                                          std::string id) {
    redis::Arguments arguments{"XRANGE", stream, id, id};
    const auto reply = co_await session.services().redis().command(std::move(arguments));
    std::optional<shared::WebhookEntry> entry;
    if (reply->elements > 0) entry = shared::parse_webhook_entry(*reply->element[0]);
    if (!entry)
        throw CommandError(fmt::format("there is no entry {} in {}: it is worked off or never was; {}", id,
                                       stream, where_ids_are));
    co_return std::move(*entry);
}

// As if Calendly told of it now: its newest change.
static asio::awaitable<shared::WebhookEntry> entry_of_invitee(Session& session, std::string uri) {
    auto& listing = session.services().listing();
    const auto link = calendly::parse_link(uri, listing.origin());
    if (!link || link->kind != calendly::LinkKind::invitee)
        throw CommandError("--invitee: expected https://api.calendly.com/scheduled_events/.../invitees/...");
    const auto invitee = co_await session.ask([&] { return listing.invitee(*link); });
    const auto of_event = calendly::parse_link(invitee.invitee.event, listing.origin());
    if (!of_event) throw CommandError("Calendly's answer does not name the invitee's meeting");
    const auto event = co_await session.ask([&] { return listing.event(*of_event); });
    const rules::Ledger nothing_known;
    const auto now = rules::Timestamp(std::chrono::milliseconds(redis::unix_ms().count()));
    const auto changes = rules::missed_changes(invitee, event, nothing_known, "", now);
    if (changes.empty()) throw CommandError("the invitee tells of no change");
    co_return entry_of(changes.back().body);
}

static asio::awaitable<shared::WebhookEntry> entry_to_preview(Session& session, PreviewOptions options) {
    const auto& name = session.connector().name;
    auto stream = shared::webhooks_key(name);
    auto id = options.stream_id;
    if (!options.dead_id.empty()) {
        stream = shared::dead_key(name);
        id = options.dead_id;
    }
    if (!id.empty()) {
        auto stored = co_await stored_entry(session, std::move(stream), std::move(id));
        co_return stored;
    }
    if (!options.invitee.empty()) {
        auto newest = co_await entry_of_invitee(session, options.invitee);
        co_return newest;
    }
    co_return entry_of(read_body(options.file));
}

static asio::awaitable<Previewed> preview_safely(Session& session, shared::WebhookEntry entry) {
    auto& services = session.services();
    Previewed previewed;
    try {
        syncing::PreviewWorld world{session.executor(),  services.interruption(), services.people(),
                                    services.calendly(), services.brevo(),        services.log()};
        auto found =
            co_await syncing::preview(std::move(world), session.connector().mapping, std::move(entry));
        previewed.preview = std::move(found);
    } catch (const std::exception&) {
        previewed.trouble = std::current_exception();
    }
    co_return previewed;
}

static asio::awaitable<int> run_preview(Session& session, PreviewOptions options, bool as_json) {
    auto entry = co_await entry_to_preview(session, std::move(options));
    auto work = preview_safely(session, std::move(entry));
    const auto previewed = co_await net::within(preview_patience, std::move(work));
    if (!previewed)
        throw CommandError("an API has not answered for a minute: calendly-brevo doctor says which");
    if (previewed->trouble) {
        try {
            std::rethrow_exception(previewed->trouble);
        } catch (const syncing::PreviewError& error) {
            throw CommandError(error.what());
        } catch (const calendly::ShapeError& error) {
            throw CommandError(fmt::format("this is no delivery of Calendly's: {}", error.what()));
        }
    }
    if (as_json)
        fmt::print("{}\n", json::serialize(to_json(previewed->preview)));
    else
        print_preview(previewed->preview);
    co_return app::exit_code::done;
}

static Run declare_preview(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<PreviewOptions>();
    add_connector_option(line, options->connector);
    auto* file = line.add_option("body", options->file, "File with a delivery's body, - for standard input");
    file->default_val("-");
    auto* stream = line.add_option("--stream-id", options->stream_id, "An entry that waits in the stream");
    auto* dead = line.add_option("--dead", options->dead_id, "A dead letter");
    auto* invitee = line.add_option("--invitee", options->invitee, "An invitee's URI: their newest change");
    stream->check(mistake_in_id);
    dead->check(mistake_in_id);
    stream->excludes(dead)->excludes(invitee)->excludes(file);
    dead->excludes(invitee)->excludes(file);
    invitee->excludes(file);
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return run_preview(session, *options, common.as_json); });
    };
}

const Command preview_command{"preview", "What a delivery would do; nothing is written", true,
                              declare_preview};

}  // namespace cli
