#include "operating/shapes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_from.hpp>

#include "text/base64url.hpp"
#include "text/mask.hpp"
#include "text/mask_answer.hpp"
#include "text/unicode.hpp"

namespace operating {
namespace {

namespace json = boost::json;

json::value or_null(std::string text) {
    return text.empty() ? json::value(nullptr) : json::value(json_text(text));
}

// The status stays, the words are masked.
std::string shown_response(const std::string& response, bool reveals) {
    if (reveals || response.empty()) return response;
    const auto blank = std::min(response.find(' '), response.size());
    const auto body = text::mask_answer(std::string_view(response).substr(blank));
    return response.substr(0, blank) + (body.empty() ? "" : " " + body);
}

bool is_json(const std::string& body) {
    boost::system::error_code error;
    json::parse(json::string_view(body.data(), body.size()), error);
    return !error;
}

void set_body(json::object& object, const std::string& body, bool reveals) {
    const bool is_text = text::valid_utf8(body) == body;
    if (is_text)
        object["body"] = json_text(reveals ? body : text::mask_body(body));
    else if (reveals)
        object["body_base64"] = text::base64(body);
    object["body_is_json"] = is_json(body);
}

}  // namespace

json::string json_text(std::string_view text) {
    const auto valid = text::valid_utf8(text);
    return json::string(valid.data(), valid.size());
}

std::string shown_person(const std::string& person, bool reveals) {
    return reveals || person.empty() ? person : text::mask_email(person);
}

json::object to_json(const redis::StoredTimelineEntry& stored, bool reveals) {
    const auto& entry = stored.entry;
    json::object object{{"id", stored.id},
                        {"change_id", json_text(entry.change_id)},
                        {"event", json_text(entry.event)},
                        {"person", or_null(shown_person(entry.person, reveals))},
                        {"invitee", or_null(entry.invitee.substr(entry.invitee.rfind('/') + 1))},
                        {"outcome", json_text(rules::to_string(entry.outcome))},
                        {"received_ms", entry.received_ms},
                        {"committed_ms", entry.committed_ms},
                        {"steps", rules::to_json(entry.steps)}};
    if (!entry.reason.empty()) object["reason"] = json_text(entry.reason);
    return object;
}

json::object to_json(const redis::TimelinePage& page, bool reveals) {
    json::array items;
    for (const auto& stored : page.items) items.push_back(to_json(stored, reveals));
    return {{"items", std::move(items)}, {"cursor", or_null(page.cursor)}};
}

json::object to_json(const SeenLetter& seen, bool reveals) {
    const auto& letter = seen.letter;
    return {{"id", letter.entry.id},
            {"origin_id", json_text(letter.entry.origin_id)},
            {"reason", json_text(letter.reason)},
            {"status", rules::status_json(letter.status)},
            {"attempts", letter.attempts},
            {"failed_ms", letter.failed_ms},
            {"received_ms", letter.entry.received_ms},
            {"replays", letter.entry.replays},
            {"person", or_null(shown_person(seen.person, reveals))},
            {"event", or_null(seen.event)},
            {"size", letter.entry.body.size()},
            {"superseded", seen.is_superseded}};
}

json::object to_json_with_body(const SeenLetter& seen, bool reveals) {
    auto object = to_json(seen, reveals);
    set_body(object, seen.letter.entry.body, reveals);
    object["response"] = json_text(shown_response(seen.letter.response, reveals));
    return object;
}

json::object to_json(const std::vector<SeenLetter>& letters, const std::string& cursor, bool reveals) {
    json::array items;
    for (const auto& seen : letters) items.push_back(to_json(seen, reveals));
    return {{"items", std::move(items)}, {"cursor", or_null(cursor)}};
}

json::object to_json(const std::vector<redis::LetterGroup>& groups) {
    json::array items;
    for (const auto& group : groups)
        items.push_back(json::object{{"reason", json_text(group.reason)},
                                     {"status", rules::status_json(group.status)},
                                     {"count", group.count},
                                     {"oldest_ms", group.oldest_ms},
                                     {"newest_ms", group.newest_ms}});
    return {{"items", std::move(items)}};
}

json::object to_json(const redis::Replayed& replayed) {
    return {{"replayed", replayed.count}, {"missing", json::value_from(replayed.missing)}};
}

json::object to_json(const std::optional<redis::Pause>& pause) {
    if (!pause) return {{"paused", false}};
    return {{"paused", true},
            {"by", json_text(pause->by)},
            {"reason", json_text(pause->reason)},
            {"since_ms", pause->since_ms}};
}

json::object to_json(const Forgotten& forgotten) {
    json::object erased{{"webhooks", forgotten.webhooks},
                        {"history", forgotten.history},
                        {"dead_letters", forgotten.dead_letters},
                        {"timeline", forgotten.timeline},
                        {"ledger", forgotten.ledger},
                        {"leases", forgotten.leases},
                        {"site_bookings", forgotten.site_bookings}};
    return {{"person", json_text(forgotten.person)},
            {"dry_run", forgotten.is_dry_run},
            {"erased", std::move(erased)},
            {"brevo", or_null(forgotten.brevo)}};
}

}  // namespace operating
