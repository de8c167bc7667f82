// Which of a delivery's links to follow next, and what they tell: a state machine. Whoever has it asks the
// API what next() says, and tells it the answer, until there is nothing more to ask. No I/O, no clock.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "calendly/link.hpp"
#include "calendly/types.hpp"
#include "rules/fallback.hpp"
#include "rules/ledger.hpp"
#include "rules/mapping.hpp"
#include "rules/sighting.hpp"

namespace rules {

// The ways a delivery of one of the four invitee events leads:
//   its event and event type         what the delivery itself tells is of them
//   its invitee                      where something in the delivery could not be read
//   a new half's old half, and on    another person may have that booking, and must learn that it is gone
//   its no-show                      whether it still stands
//   an old half's new half, and on   so that the person is not taken for gone until its own delivery arrives
//   the invitee as it is now         when the delivery shows more than it and the ledger account for
// What somebody read from the API itself leads to its event type only, whose name stands nowhere else.
class Trail {
public:
    using Moment = std::chrono::system_clock::time_point;

    struct Question {
        calendly::Link link;
        Moment asked_since;                // an answer that was asked for earlier is too old
        std::optional<Fallback> fallback;  // what serves when the API gives no answer; nothing: nothing does
        bool can_be_gone = false;          // 404 is an answer
    };

    // The API gave no answer, now or ever: it refused, or there is no such thing (404).
    enum class Silence { refused, gone };
    using Answer = std::variant<Silence, calendly::ScheduledEvent, calendly::EventType, calendly::Invitee,
                                calendly::NoShow>;

    struct Settings {
        FollowLinks follow_links = FollowLinks::always;
        std::string api_origin;         // links may be written with it: see parse_link()
        bool is_read_from_api = false;  // what the deliveries tell: it is not asked for again
    };

    // Delivery, ledger and settings must outlive it; answers that were asked for before the delivery was
    // `received` are too old for what it tells.
    Trail(const calendly::Delivery& delivery, const Ledger& ledger, const Settings& settings,
          Moment received);

    // Null when there is nothing more to ask.
    const Question* next() const { return question_ ? &*question_ : nullptr; }

    // The answer to next(), of the kind that was asked for.
    void tell(Answer answer);

    // Then the delivery can never be used: its event is nowhere to be had.
    bool is_lost() const { return is_lost_; }
    // Why it is lost, where it is not the API that said so.
    const std::string& mistake() const { return mistake_; }

    // Once nothing is left to ask: what the delivery tells, in the order in which it happened. After a
    // reschedule to another e-mail some of it is about another person.
    Sightings take_sightings() { return std::move(sightings_); }

private:
    using Step = void (Trail::*)(Answer);

    // False when the URI is not of this kind: then there is nobody to ask.
    bool ask(calendly::LinkKind kind, const std::string& uri, std::optional<Fallback> fallback, Step then);

    // Whose event and type are looked for.
    enum class Part { own, old_half, new_half };
    void look_at(Part part, calendly::Invitee invitee, std::optional<calendly::ScheduledEvent> copy);
    bool ask_type_of(const std::string& uri, Step then);
    void ask_event();
    void ask_type();
    void on_type_of_copy(Answer answer);
    void on_event(Answer answer);
    void on_type(Answer answer);
    void found();
    void not_found();

    void ask_odd_invitee();
    void on_odd_invitee(Answer answer);
    void on_own_invitee();
    void ask_old_half();
    void on_old_half(Answer answer);
    void add_own_change();
    void add_no_show();
    void on_no_show(Answer answer);
    void add_undone();
    void on_held_no_show(Answer answer);
    void ask_new_half();
    void on_new_half(Answer answer);
    void after_new_half();
    void settle_disagreement();
    void on_invitee_now(Answer answer);
    void add_further_changes();

    bool follows_everything() const {
        return settings_.follow_links == FollowLinks::always && !settings_.is_read_from_api;
    }
    bool needs_event() const;
    bool ask_half(const std::string& uri, Fallback fallback, Step then);
    void look_back();  // at the delivery's own invitee
    const Booking* known_booking(const std::string& uri) const;
    bool has_no_news(const Booking& own) const;
    bool has_sighting(const std::string& change_id) const;

    const calendly::Delivery& delivery_;
    const Ledger& ledger_;
    const Settings& settings_;
    Moment received_;

    std::optional<Question> question_;
    Step on_answer_ = nullptr;
    bool is_lost_ = false;
    std::string mistake_;

    Part part_ = Part::own;
    std::optional<calendly::ScheduledEvent> copy_;  // of the event that is looked for, from the delivery
    calendly::EventType type_;                      // the last one asked for
    Sighting base_;                                 // the delivery's invitee and event, no change yet
    Sighting shown_;                                // likewise, of the part that is looked at
    std::set<std::string> walked_;                  // halves that were asked for, by the path of their link
    bool is_settling_ = false;                      // the own change is told
    Sightings sightings_;
};

}  // namespace rules
