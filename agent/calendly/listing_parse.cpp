#include "calendly/listing_parse.hpp"

#include "calendly/json_reader.hpp"
#include "calendly/parse.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

constexpr std::string_view item_place = "collection[]";

std::int64_t number(const JsonReader& reader, std::string_view name) {
    const auto* value = reader.find(name);
    boost::system::error_code error;
    const auto number = value && value->is_number() ? value->to_number<std::int64_t>(error) : 0;
    return error ? 0 : number;
}

bool is_false(const JsonReader& reader, std::string_view name) {
    const auto* value = reader.find(name);
    return value && value->is_bool() && !value->get_bool();
}

}  // namespace

ListedEvent parse_listed_event(json::value resource) {
    ListedEvent listed;
    listed.event = parse_scheduled_event(resource);
    const JsonReader reader(resource, std::string(item_place));
    listed.status = reader.string("status");
    listed.last_changed_at = reader.string("updated_at");
    if (const auto counter = reader.object("invitees_counter")) {
        listed.total = number(*counter, "total");
        listed.active = number(*counter, "active");
        listed.limit = number(*counter, "limit");
    }
    listed.json = std::move(resource);
    return listed;
}

ListedInvitee parse_listed_invitee(json::value resource) {
    ListedInvitee listed;
    listed.invitee = parse_invitee(resource);
    const JsonReader reader(resource, std::string(item_place));
    listed.is_canceled = listed.invitee.cancellation || reader.string("status") == "canceled";
    listed.json = std::move(resource);
    return listed;
}

ListedEventType parse_listed_event_type(json::value resource) {
    ListedEventType listed;
    const JsonReader reader(resource, std::string(item_place));
    listed.uri = reader.required_string("uri");
    listed.name = reader.string("name");
    listed.is_active = !is_false(reader, "active");
    listed.kind = reader.string("kind");
    listed.duration = number(reader, "duration");
    listed.scheduling_url = reader.string("scheduling_url");
    listed.questions = parse_questions(reader);
    listed.json = std::move(resource);
    return listed;
}

SchedulingLink parse_scheduling_link(json::value resource) {
    SchedulingLink link;
    link.booking_url = JsonReader(resource, "resource").required_string("booking_url");
    link.json = std::move(resource);
    return link;
}

}  // namespace calendly
