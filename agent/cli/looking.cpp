#include "cli/looking.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "calendly/link.hpp"
#include "calendly/refusal.hpp"
#include "text/unicode.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;
using calendly::LinkKind;

constexpr std::string_view public_origin = "https://api.calendly.com";

template <typename Item>
void append(std::vector<Item>& to, calendly::ListPage<Item>& page) {
    for (const auto& reason : page.unreadable)
        fmt::print(stderr, "Calendly lists something that cannot be read, it is left out: {}\n", reason);
    std::ranges::move(page.items, std::back_inserter(to));
}

}  // namespace

asio::awaitable<void> Looking::look_who_we_are() {
    if (!user_) user_ = co_await session_.ask([this] { return session_.services().account().me(); });
}

void Looking::fall_back(const char* things) {
    is_own_only_ = true;
    fmt::print(stderr, "{}: these are {}'s own\n", calendly::for_leaders_only(things),
               user_->name.empty() ? user_->uri : user_->name);
}

template <typename Item>
asio::awaitable<std::vector<Item>> Looking::all_pages(const char* things, ListPageOf<Item> list) {
    using Page = calendly::ListPage<Item>;
    co_await look_who_we_are();
    std::vector<Item> all;
    std::string token;
    for (bool goes_on = true; goes_on;) {
        const auto owner =
            is_own_only_ ? calendly::Owner{"", user_->uri} : calendly::Owner{user_->organization, ""};
        bool is_refused = false;
        auto page = co_await session_.ask([&]() -> asio::awaitable<api::Answer<Page>> {
            auto answer = co_await list(owner, token);
            is_refused = !answer && api::is_for_leaders_only(answer.error()) && !is_own_only_;
            if (is_refused) co_return Page{};
            co_return answer;
        });
        if (is_refused) fall_back(things);
        append(all, page);
        token = page.next_page_token;
        goes_on = is_refused || !token.empty();
    }
    co_return all;
}

asio::awaitable<std::vector<calendly::ListedEvent>> Looking::events(calendly::EventFilter filter) {
    const ListPageOf<calendly::ListedEvent> list = [this, filter](calendly::Owner owner, std::string token) {
        auto whose = filter;
        whose.owner = std::move(owner);
        return session_.services().listing().events(std::move(whose), std::move(token));
    };
    auto all = co_await all_pages("meetings", list);
    co_return all;
}

asio::awaitable<std::vector<calendly::ListedEventType>> Looking::event_types() {
    const ListPageOf<calendly::ListedEventType> list = [this](calendly::Owner owner, std::string token) {
        return session_.services().listing().event_types(std::move(owner), std::nullopt, std::move(token));
    };
    auto all = co_await all_pages("event types", list);
    co_return all;
}

asio::awaitable<std::vector<calendly::ListedInvitee>> Looking::invitees(calendly::Link event) {
    auto& listing = session_.services().listing();
    std::vector<calendly::ListedInvitee> all;
    std::string token;
    do {
        auto page = co_await session_.ask([&] { return listing.invitees(event, token); });
        append(all, page);
        token = page.next_page_token;
    } while (!token.empty());
    co_return all;
}

asio::awaitable<calendly::ListedEvent> Looking::event(std::string text) {
    auto& listing = session_.services().listing();
    auto link = calendly::parse_link(text, listing.origin());
    if (!link) link = calendly::parse_link(fmt::format("{}/scheduled_events/{}", public_origin, text), "");
    if (!link || link->kind != LinkKind::scheduled_event)
        throw CommandError(fmt::format(
            "'{}' is no meeting: give its URI or its id, calendly-brevo events list shows them", text));
    auto found = co_await session_.ask([&]() -> asio::awaitable<api::Answer<calendly::ListedEvent>> {
        auto answer = co_await listing.event(*link);
        if (!answer && answer.error().status == 404 && answer.error().remedy == api::Remedy::give_up)
            throw CommandError(fmt::format(
                "Calendly has no meeting {}: calendly-brevo events list shows those that there are",
                link->path));
        co_return answer;
    });
    co_return found;
}

asio::awaitable<std::set<std::string>> Looking::event_types_named(std::string text) {
    const auto link = calendly::parse_link(text, session_.services().listing().origin());
    if (link && link->kind == LinkKind::event_type)
        co_return std::set<std::string>{std::string(public_origin) + link->path};
    for (const auto& mapping : session_.connector().mapping.event_mapping)
        if (mapping.name == text)
            co_return std::set<std::string>{std::string(public_origin) +
                                            std::string(rules::event_type_path(mapping.event_type_uri))};
    std::set<std::string> uris;
    std::string others;
    const auto types = co_await event_types();
    for (const auto& type : types) {
        if (text::fold(type.name) == text::fold(text)) uris.insert(type.uri);
        others += (others.empty() ? "" : ", ") + type.name;
    }
    if (uris.empty())
        throw CommandError(
            fmt::format("no event type is called '{}': give a URI, the name of a mapping, or one of: {}",
                        text, others.empty() ? "(there is none)" : others));
    co_return uris;
}

const rules::EventMapping* mapping_of(const config::Connector& connector, const std::string& event_type_uri) {
    const auto& all = connector.mapping.event_mapping;
    const auto found = std::ranges::find_if(
        all, [&](const rules::EventMapping& mapping) { return rules::is_of(mapping, event_type_uri); });
    return found == all.end() ? nullptr : &*found;
}

std::string mapped_text(const config::Connector& connector, const std::string& event_type_uri) {
    const auto* mapping = mapping_of(connector, event_type_uri);
    if (!mapping) return {};
    return mapping->list_id ? fmt::format("{} (list {})", mapping->name, *mapping->list_id) : mapping->name;
}

boost::json::value with_mapping(const config::Connector& connector, const std::string& event_type_uri,
                                const boost::json::value& object) {
    auto shown = object;
    const auto* mapping = mapping_of(connector, event_type_uri);
    if (!mapping || !shown.is_object()) return shown;
    shown.get_object()["mapped_as"] = mapping->name;
    auto& list = shown.get_object()["list_id"];
    if (mapping->list_id) list = *mapping->list_id;
    return shown;
}

std::string shown_time_of(std::int64_t unix_ms) {
    return shown_time(calendly::Timestamp(std::chrono::milliseconds(unix_ms)));
}

std::string shown_time(std::optional<calendly::Timestamp> time) {
    if (!time) return {};
    auto text = calendly::to_string(*time);
    text[10] = ' ';
    return text.substr(0, 16) + " UTC";
}

}  // namespace cli
