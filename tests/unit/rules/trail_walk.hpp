// A Calendly in memory, and walks of whole trails through it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/trail.hpp"
#include "unit/rules/support.hpp"

namespace rules_support {

using calendly::Delivery;
using calendly::DeliveryKind;
using calendly::LinkKind;
using rules::FollowLinks;
using rules::Ledger;
using rules::Trail;

inline const auto received = Trail::Moment(std::chrono::hours(500'000));
inline const Story meeting{"1", at("09:00:00"), at("15:00:00")};
inline const Story next{"2", at("10:00:00"), at("16:00:00")};
inline const Story last{"3", at("11:00:00"), at("17:00:00")};

inline std::string path_of(const std::string& uri) {
    return uri.substr(std::string("https://api.calendly.com").size());
}
inline std::string event_path(const Story& story) {
    return path_of(event_uri(story.name));
}
inline std::string invitee_path(const Story& story) {
    return path_of(invitee_uri(story.name));
}
inline std::string no_show_path(const std::string& mark) {
    return path_of(no_show_uri(mark));
}
inline const std::string type_path = path_of(type_uri("demo"));

inline Delivery delivery(DeliveryKind kind, const Sighting& shown, Timestamp created = at("12:00:00")) {
    Delivery delivery;
    delivery.kind = kind;
    delivery.created_at = created;
    delivery.invitee = shown.invitee;
    delivery.scheduled_event = shown.event;
    return delivery;
}
inline Delivery created(const Sighting& shown) {
    return delivery(DeliveryKind::invitee_created, shown);
}
inline Delivery canceled(const Sighting& shown) {
    return delivery(DeliveryKind::invitee_canceled, shown);
}

inline Sighting marked(Sighting shown, const std::string& mark, Timestamp when) {
    shown.invitee.no_show = calendly::NoShow{no_show_uri(mark), "", when};
    return shown;
}

inline Sighting of(Sighting shown, const std::string& email) {
    shown.invitee.email = email;
    return shown;
}

// "canceled 1", of another person "canceled 1 eve@example.com", of one half of a reschedule "moved 1".
inline std::string as_text(const Sighting& sighting) {
    static const std::map<Change, std::string> names = {
        {Change::booked, "booked"},   {Change::rescheduled, "rescheduled"}, {Change::canceled, "canceled"},
        {Change::no_show, "no_show"}, {Change::no_show_undone, "undone"},   {Change::form_submitted, "form"}};
    const auto& invitee = sighting.invitee;
    auto text = sighting.is_moved ? "moved" : names.at(sighting.change);
    text += " " + invitee.uri.substr(invitee.uri.rfind('I') + 1);
    return invitee.email == "ada@example.com" ? text : text + " " + invitee.email;
}

// Calendly as the test has it: what is not there was never there.
class Calendly {
public:
    Calendly() { answers[type_path] = calendly::EventType{type_uri("demo"), "Demo"}; }

    void has_event(const Sighting& shown) { answers[path_of(shown.event.uri)] = shown.event; }
    void has_invitee(const Sighting& shown) { answers[path_of(shown.invitee.uri)] = shown.invitee; }
    void has(const Sighting& shown) {
        has_event(shown);
        has_invitee(shown);
    }
    void has_no_show(const std::string& mark) {
        answers[no_show_path(mark)] = calendly::NoShow{no_show_uri(mark), "", std::nullopt};
    }
    void refuses(const std::string& path) { answers[path] = Trail::Silence::refused; }

    std::map<std::string, Trail::Answer> answers;
};

// Walks the whole trail; then what was asked and what was told.
class Walk {
public:
    Walk(const Calendly& calendly, const Delivery& delivery, const Ledger& ledger,
         FollowLinks mode = FollowLinks::always, bool is_read_from_api = false) {
        const Trail::Settings settings{mode, "https://calendly.test", is_read_from_api};
        Trail trail(delivery, ledger, settings, received);
        while (const auto* question = trail.next()) {
            questions.push_back(*question);
            asked.push_back(question->link.path);
            const auto answer = calendly.answers.find(question->link.path);
            const bool is_silent = answer == calendly.answers.end();
            trail.tell(is_silent ? Trail::Silence::gone : answer->second);
        }
        is_lost = trail.is_lost();
        mistake = trail.mistake();
        sightings = trail.take_sightings();
        for (const auto& sighting : sightings) told.push_back(as_text(sighting));
    }

    // The fallback that the question for the path names.
    std::string fallback_of(const std::string& path) const {
        for (const auto& question : questions)
            if (question.link.path == path)
                return question.fallback ? std::string(to_string(*question.fallback)) : "";
        return "not asked";
    }

    std::vector<Trail::Question> questions;
    std::vector<std::string> asked, told;
    rules::Sightings sightings;
    bool is_lost = false;
    std::string mistake;
};

}  // namespace rules_support
