#include "cli/setup_draft.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/calendly_account.hpp"
#include "app/doctor.hpp"
#include "app/exit_code.hpp"
#include "calendly/personal_token.hpp"
#include "cli/looking.hpp"
#include "config/load.hpp"
#include "config/values.hpp"
#include "redis/client.hpp"
#include "redis/error.hpp"
#include "upkeep/edge_probe.hpp"
#include "upkeep/subscriptions.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;

constexpr auto not_known_yet = "not-known-yet";
constexpr auto url_not_known_yet = "https://not-known-yet.invalid/";
constexpr std::int64_t first_folder = 1;  // that Brevo gives an account

void run_online(const SetupDraft& draft, std::function<asio::awaitable<void>(Session&)> work) {
    Session session(draft.configuration(), draft.config_path);
    std::exception_ptr trouble;
    try {
        session.run_silently([&]() -> asio::awaitable<int> {
            co_await work(session);
            co_return app::exit_code::done;
        });
    } catch (const CommandError&) {
        trouble = std::current_exception();
    }
    // It came during the last call, however that ended.
    if (session.services().interruption().is_requested()) throw net::Interrupted();
    if (trouble) std::rethrow_exception(trouble);
}

// What doctor has against the one thing that is looked at.
asio::awaitable<void> require_well(Session& session, std::string id) {
    const app::Patient patient{session.executor(), session.configuration(), session.config_path(),
                               session.connector(), session.services()};
    rules::Selection selection;
    selection.only.push_back(std::move(id));
    const auto findings = co_await app::diagnose(patient, selection);
    for (const auto& finding : findings)
        if (finding.status == rules::FindingStatus::fail)
            throw CommandError(fmt::format("{} ({}): {}", finding.summary, finding.why, finding.fix));
}

void require_scopes(const Session& session) {
    const auto granted = calendly::read_personal_token(session.connector().access_token).scopes;
    if (!granted) return;
    const auto missing = rules::missing_scopes(*granted, app::needed_scopes(session.connector()));
    if (missing.empty()) return;
    throw CommandError(fmt::format(
        "the Calendly token lacks the scopes {}: make one that has them (Integrations & apps > API & "
        "webhooks)",
        fmt::join(missing, ", ")));
}

asio::awaitable<void> read_calendly(Session& session, SetupCalendly& into) {
    co_await require_well(session, "calendly.token");
    require_scopes(session);
    const rules::WantedSubscription any{"https://hooks.example.com/", calendly::Scope::organization, {}};
    upkeep::Subscriptions subscriptions(session.services().account(), any, session.services().interruption(),
                                        std::chrono::milliseconds(0));
    auto seen = co_await session.ask([&] { return subscriptions.look(); });
    into.user = std::move(seen.user);
    into.sees_organization = seen.sees_organization;
    Looking looking(session);
    into.types = co_await looking.event_types();
    std::erase_if(into.types, [](const auto& type) { return !type.is_active; });
}

asio::awaitable<void> read_brevo(Session& session, SetupBrevo& into) {
    co_await require_well(session, "brevo.key");
    auto& services = session.services();
    auto attributes = co_await session.ask([&] { return services.brevo().attributes(); });
    into.attributes = rules::index_by_name(std::move(attributes));
    into.lists = co_await session.ask([&] { return services.brevo_lists().lists(); });
}

asio::awaitable<std::int64_t> folder_for_lists(Session& session, const std::vector<brevo::List>& lists) {
    for (const auto& list : lists)
        if (list.folder > 0) co_return list.folder;
    auto folder = co_await session.ask_patiently([&] { return session.services().brevo_lists().folder(); });
    if (folder) co_return *folder;
    if (folder.error().status == 404) co_return first_folder;
    throw CommandError(api::describe(folder.error()));
}

asio::awaitable<void> create_attributes(Session& session, std::vector<std::string> names) {
    const auto& mapping = session.connector().mapping.field_mapping;
    for (const auto& name : names) {
        brevo::Attribute attribute{name, rules::type_to_create(mapping, name), {}, {}};
        co_await session.ask([&] { return session.services().brevo().create_attribute(attribute); });
    }
}

}  // namespace

config::Configuration SetupDraft::configuration() const {
    auto drafted = file;
    drafted.access_token = "${ACCESS_TOKEN}";
    drafted.api_key = "${API_KEY}";
    if (drafted.url.empty()) drafted.url = url_not_known_yet;
    for (auto& type : drafted.types)
        if (type.list.find_first_not_of("0123456789") != type.list.npos) type.list.clear();  // to be made
    const auto secret = [this](const std::string& name) -> std::optional<std::string> {
        const auto& value = name == "API_KEY" ? api_key : access_token;
        return value.empty() ? not_known_yet : value;
    };
    auto configuration = config::parse(config::render(drafted), config_path, secret);
    // A few calls need no pace, and no Redis that keeps it.
    for (auto& connector : configuration.connectors)
        connector.calendly.rate_limit = connector.brevo.rate_limit = config::parse_rate("none");
    return configuration;
}

std::string silence_at_public_url(const SetupDraft& draft) {
    upkeep::EdgeAnswer answer;
    run_online(draft, [&](Session& session) -> asio::awaitable<void> {
        upkeep::HttpEdge edge(session.executor(), draft.file.url);
        answer = co_await edge.post("{}", "");
    });
    if (answer.status != 0) return {};
    return fmt::format("nobody answers at {}: {}", draft.file.url, answer.trouble);
}

std::string trouble_with_redis(const SetupDraft& draft) {
    std::string trouble;
    run_online(draft, [&](Session& session) -> asio::awaitable<void> {
        try {
            redis::Arguments ping{"PING"};
            co_await session.services().redis().command(std::move(ping));
        } catch (const redis::Error& error) {
            trouble = error.what();
        }
    });
    return trouble;
}

SetupCalendly look_at_calendly(const SetupDraft& draft) {
    SetupCalendly seen;
    run_online(draft, [&](Session& session) { return read_calendly(session, seen); });
    return seen;
}

SetupBrevo look_at_brevo(const SetupDraft& draft) {
    SetupBrevo seen;
    run_online(draft, [&](Session& session) { return read_brevo(session, seen); });
    return seen;
}

brevo::ListId make_list(const SetupDraft& draft, const SetupBrevo& brevo, const std::string& name) {
    brevo::ListId id = 0;
    run_online(draft, [&](Session& session) -> asio::awaitable<void> {
        const auto folder = co_await folder_for_lists(session, brevo.lists);
        id = co_await session.ask([&] { return session.services().brevo_lists().create_list(name, folder); });
    });
    return id;
}

void make_attributes(const SetupDraft& draft, const std::vector<std::string>& names) {
    run_online(draft, [&](Session& session) { return create_attributes(session, names); });
}

}  // namespace cli
