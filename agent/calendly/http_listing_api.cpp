#include "calendly/http_listing_api.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "calendly/account_parse.hpp"
#include "calendly/listing_parse.hpp"
#include "calendly/parse.hpp"

namespace calendly {
namespace {

class Query {
public:
    Query& add(std::string_view name, const std::string& value) {
        if (value.empty()) return *this;
        if (!text_.empty()) text_ += '&';
        text_.append(name).append("=").append(http::percent_encode(value));
        return *this;
    }
    Query& add(std::string_view name, std::optional<Timestamp> time) {
        return time ? add(name, to_string(*time)) : *this;
    }
    Query& add(const Owner& owner) { return add("organization", owner.organization).add("user", owner.user); }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

// What cannot be read of a page does not keep the rest of it back.
template <typename Item>
void read_items(std::vector<boost::json::value> items, Item (*parse)(boost::json::value),
                ListPage<Item>& into) {
    for (auto& item : items) {
        try {
            into.items.push_back(parse(std::move(item)));
        } catch (const ShapeError& error) {
            into.unreadable.emplace_back(error.what());
        }
    }
}

}  // namespace

HttpListingApi::HttpListingApi(boost::asio::any_io_executor executor, ApiSettings settings,
                               std::shared_ptr<api::Budget> budget, net::Interruption& interruption,
                               api::ServiceClass service)
    : origin_(settings.url.origin()),
      client_(std::move(executor), dialect(), settings.url, settings.ca_file, settings.credential,
              interruption, settings.traffic),
      budget_(std::move(budget)),
      service_(service) {}

template <typename Item>
boost::asio::awaitable<api::Answer<ListPage<Item>>> HttpListingApi::page(api::Operation operation,
                                                                         std::string path, std::string query,
                                                                         std::string page_token,
                                                                         Parse<Item> parse) {
    Query paging;
    paging.add("count", std::string("100")).add("page_token", page_token);
    api::ApiCall call;
    call.operation = operation;
    call.target = fmt::format("{}?{}{}{}", path, query, query.empty() ? "" : "&", paging.take());
    call.label = path;
    call.service = service_;
    auto response = co_await client_.call(call, budget_);
    if (!response) co_return response.error();
    ListPage<Item> listed;
    try {
        auto read = parse_page(response->body());
        if (read.next_page_token != page_token) listed.next_page_token = std::move(read.next_page_token);
        read_items(std::move(read.items), parse, listed);
    } catch (const ShapeError& error) {
        co_return unreadable_answer("GET " + path, *response, error.what());
    }
    co_return listed;
}

template <typename Item>
boost::asio::awaitable<api::Answer<Item>> HttpListingApi::resource(api::ApiCall call, Parse<Item> parse) {
    call.service = service_;
    auto response = co_await client_.call(call, budget_);
    if (!response) co_return response.error();
    try {
        co_return parse(parse_resource(response->body()));
    } catch (const ShapeError& error) {
        co_return unreadable_answer(call.target, *response, error.what());
    }
}

boost::asio::awaitable<api::Answer<ListPage<ListedEvent>>> HttpListingApi::events(EventFilter filter,
                                                                                  std::string page_token) {
    Query query;
    query.add(filter.owner)
        .add("min_start_time", filter.from)
        .add("max_start_time", filter.to)
        .add("status", filter.status)
        .add("invitee_email", filter.invitee_email)
        .add("sort", std::string("start_time:asc"));
    return page<ListedEvent>(api::Operation::list_events, "/scheduled_events", query.take(),
                             std::move(page_token), parse_listed_event);
}

boost::asio::awaitable<api::Answer<ListPage<ListedInvitee>>> HttpListingApi::invitees(
    Link event, std::string page_token) {
    return page<ListedInvitee>(api::Operation::list_invitees, event.path + "/invitees", "",
                               std::move(page_token), parse_listed_invitee);
}

boost::asio::awaitable<api::Answer<ListPage<ListedEventType>>> HttpListingApi::event_types(
    Owner owner, std::optional<bool> is_active, std::string page_token) {
    Query query;
    query.add(owner).add("active", std::string(!is_active ? "" : *is_active ? "true" : "false"));
    return page<ListedEventType>(api::Operation::list_event_types, "/event_types", query.take(),
                                 std::move(page_token), parse_listed_event_type);
}

boost::asio::awaitable<api::Answer<ListedEvent>> HttpListingApi::event(Link link) {
    api::ApiCall call;
    call.operation = api::Operation::scheduled_event;
    call.target = std::move(link.path);
    return resource<ListedEvent>(std::move(call), parse_listed_event);
}

boost::asio::awaitable<api::Answer<ListedInvitee>> HttpListingApi::invitee(Link link) {
    api::ApiCall call;
    call.operation = api::Operation::invitee;
    call.target = std::move(link.path);
    return resource<ListedInvitee>(std::move(call), parse_listed_invitee);
}

// Nothing tells a second link from the first: a lost answer costs one that nobody uses.
boost::asio::awaitable<api::Answer<SchedulingLink>> HttpListingApi::create_link(std::string event_type_uri) {
    api::ApiCall call;
    call.operation = api::Operation::create_link;
    call.verb = http::Verb::post;
    call.target = "/scheduling_links";
    call.body = boost::json::serialize(boost::json::object{
        {"max_event_count", 1}, {"owner", std::move(event_type_uri)}, {"owner_type", "EventType"}});
    return resource<SchedulingLink>(std::move(call), parse_scheduling_link);
}

}  // namespace calendly
