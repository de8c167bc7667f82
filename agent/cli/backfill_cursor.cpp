#include "cli/backfill_cursor.hpp"

#include <boost/json.hpp>

namespace cli {
namespace {

namespace json = boost::json;

std::uint64_t number(const json::object& object, const char* name) {
    return object.at(name).to_number<std::uint64_t>();
}

std::string text(const json::object& object, const char* name) {
    return std::string(object.at(name).as_string());
}

}  // namespace

std::string to_text(const BackfillCursor& cursor) {
    json::array visited;
    for (const auto& uri : cursor.position.visited) visited.emplace_back(uri);
    return json::serialize(json::object{{"options", cursor.options},
                                        {"at", calendly::to_string(cursor.position.at)},
                                        {"visited", std::move(visited)},
                                        {"events", cursor.figures.events},
                                        {"invitees", cursor.figures.invitees},
                                        {"already_right", cursor.figures.already_right},
                                        {"appended", cursor.figures.appended},
                                        {"failed", cursor.figures.failed},
                                        {"seconds", cursor.seconds},
                                        {"first_id", cursor.first_id},
                                        {"last_id", cursor.last_id}});
}

std::optional<BackfillCursor> parse_backfill_cursor(const std::string& stored) {
    try {
        const auto value = json::parse(stored);
        const auto& object = value.as_object();
        BackfillCursor cursor;
        cursor.options = text(object, "options");
        const auto at = calendly::parse_timestamp(text(object, "at"));
        if (!at) return std::nullopt;
        cursor.position.at = *at;
        for (const auto& uri : object.at("visited").as_array())
            cursor.position.visited.emplace(uri.as_string());
        cursor.figures = {number(object, "events"), number(object, "invitees"),
                          number(object, "already_right"), number(object, "appended"),
                          number(object, "failed")};
        cursor.seconds = number(object, "seconds");
        cursor.first_id = text(object, "first_id");
        cursor.last_id = text(object, "last_id");
        return cursor;
    } catch (const std::exception&) {  // another version's, or somebody else's
        return std::nullopt;
    }
}

}  // namespace cli
