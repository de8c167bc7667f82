#include "upkeep/history_walk.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "calendly/link.hpp"
#include "calendly/refusal.hpp"
#include "rules/person.hpp"
#include "rules/seen_event.hpp"

namespace upkeep {
namespace {

namespace asio = boost::asio;
using calendly::ListedEvent;
using calendly::ListedInvitee;

constexpr std::size_t examined_at_once = 100;
constexpr std::chrono::days surely_told{1};  // what happened so long before a meeting was read

std::string id_in(const std::string& uri) {
    return uri.substr(uri.rfind('/') + 1);
}

// Somebody else's, or nobody's any more: that says nothing about a booking.
bool is_out_of_sight(const api::ApiFailure& failure) {
    return failure.status == 403 || failure.status == 404;
}

}  // namespace

HistoryWalk::HistoryWalk(HistoryWorld& world, WalkSettings settings)
    : world_(world),
      settings_(std::move(settings)),
      figures_(settings_.begun_with),
      waiting_(world.store),
      appender_(world_, waiting_, settings_.origin, settings_.most_bytes),
      position_(settings_.resume.value_or(WalkPosition{settings_.from, {}})) {}

asio::awaitable<void> HistoryWalk::run() {
    co_await begin();
    for (bool goes_on = true; goes_on;) {
        goes_on = co_await collect();
        co_await settle();
    }
    if (settings_.is_cheap && !settings_.is_dry) co_await forget_old();
}

asio::awaitable<void> HistoryWalk::begin() {
    const auto me = co_await ask(world_, [&] { return world_.account.me(); });
    if (!me) throw HistoryError(api::describe(me.error()));
    own_uri_ = me->uri;
    owner_ = settings_.is_of_one_user ? calendly::Owner{"", own_uri_} : calendly::Owner{me->organization, ""};
    co_await through_outages(world_, [&] { return waiting_.read(redis::WaitingIn::history); });
    if (settings_.leaves_dead_letters)
        co_await through_outages(world_, [&] { return waiting_.read(redis::WaitingIn::dead); });
}

bool HistoryWalk::is_full() const {
    return appender_.is_full() || std::chrono::steady_clock::now() >= stretch_end_;
}

// One stretch. False when it was the last one.
asio::awaitable<bool> HistoryWalk::collect() {
    stretch_end_ = std::chrono::steady_clock::now() + settings_.longest_collecting;
    is_stretch_empty_ = true;
    std::string token;
    for (bool goes_on = true; goes_on;) {
        auto page = co_await list(token);
        token = page.next_page_token;
        const bool is_whole = co_await visit(std::move(page));
        if (!is_whole || (is_full() && !is_stretch_empty_ && !token.empty())) {
            co_await examine();
            co_return true;
        }
        goes_on = !token.empty();
    }
    co_await examine();
    co_return false;
}

// From where the walk is. A token that the API does not accept any more begins the listing anew there.
asio::awaitable<HistoryWalk::EventPage> HistoryWalk::list(std::string token) {
    while (true) {
        if (token.empty()) listed_from_ = position_.at;
        const calendly::EventFilter filter{owner_, listed_from_, settings_.to, settings_.status, ""};
        auto page = co_await ask(world_, [&] { return world_.listing.events(filter, token); });
        if (page) co_return std::move(*page);
        const auto& failure = page.error();
        if (api::is_for_leaders_only(failure) && owner_.user.empty()) {
            owner_ = {"", own_uri_};
            world_.watcher.on_notice(calendly::for_leaders_only("meetings") +
                                     ": the user's own are looked at");
        } else if (!token.empty() && (failure.status == 400 || failure.status == 404)) {
            token.clear();
        } else {
            throw HistoryError(api::describe(failure));
        }
    }
}

bool HistoryWalk::was_visited(const ListedEvent& event) const {
    return position_.visited.contains(event.event.uri);
}

void HistoryWalk::note_visited(const ListedEvent& event) {
    const auto start = event.event.start_time.value_or(position_.at);
    if (start > position_.at) position_ = {start, {}};
    position_.visited.insert(event.event.uri);
}

void HistoryWalk::note_failure(const std::string& what) {
    ++figures_.failed;
    world_.watcher.on_notice(what);
}

// False when the rest of the page is left for the next stretch.
asio::awaitable<bool> HistoryWalk::visit(EventPage page) {
    for (const auto& reason : page.unreadable)
        note_failure("Calendly lists a meeting that cannot be read: " + reason);
    const auto to_read = co_await which_to_read(page);
    for (std::size_t i = 0; i < page.items.size(); ++i) {
        if (was_visited(page.items[i])) continue;
        if (is_full() && !is_stretch_empty_) co_return false;
        is_stretch_empty_ = false;  // however long the calls take, it gets on
        note_visited(page.items[i]);
        if (!is_wanted(page.items[i])) continue;
        ++figures_.events;
        if (to_read[i].is_due) co_await read_invitees(std::move(page.items[i]), to_read[i]);
        world_.watcher.on_progress(figures_, position_.at);
    }
    co_return true;
}

asio::awaitable<std::vector<HistoryWalk::Reading>> HistoryWalk::which_to_read(const EventPage& page) {
    std::vector<Reading> to_read(page.items.size());
    if (!settings_.is_cheap) co_return to_read;
    std::vector<std::string> ids;
    for (const auto& event : page.items) ids.push_back(id_in(event.event.uri));
    const auto seen = co_await through_outages(world_, [&] { return world_.store.seen(ids); });
    for (std::size_t i = 0; i < to_read.size(); ++i) {
        const auto noted = seen[i] ? rules::parse_seen(*seen[i]) : std::nullopt;
        to_read[i].is_due = rules::needs_reading(page.items[i], noted, world_.now());
        if (!noted) continue;
        to_read[i].puzzled_since = noted->puzzled_since;
        if (noted->puzzled_since == Timestamp{}) to_read[i].told_until = noted->read_at - surely_told;
    }
    co_return to_read;
}

asio::awaitable<void> HistoryWalk::read_invitees(ListedEvent listed, Reading reading) {
    const auto link = calendly::parse_link(listed.event.uri, world_.listing.origin());
    if (!link || link->kind != calendly::LinkKind::scheduled_event)
        co_return note_failure("Calendly lists a meeting whose URI is none of its API's");
    auto read = std::make_shared<Read>();
    read->id = id_in(listed.event.uri);
    read->seen = rules::seen(listed, world_.now());
    read->puzzled_since = reading.puzzled_since;
    read->told_until = reading.told_until;
    const auto event = std::make_shared<const ListedEvent>(std::move(listed));
    std::string token;
    do {
        auto page = co_await ask(world_, [&] { return world_.listing.invitees(*link, token); });
        if (!page) {
            if (!is_out_of_sight(page.error())) note_failure(api::describe(page.error()));
            co_return;  // not noted as seen: the next walk tries again
        }
        for (const auto& reason : page->unreadable) {
            note_failure("Calendly lists an invitee that cannot be read: " + reason);
            read->is_settled = false;
        }
        for (auto& invitee : page->items) add(std::move(invitee), event, read);
        token = std::move(page->next_page_token);
        if (pending_.size() >= examined_at_once) co_await examine();
    } while (!token.empty());
    read_.push_back(std::move(read));
}

// Each once, also when a listing begins anew.
void HistoryWalk::add(ListedInvitee invitee, std::shared_ptr<const ListedEvent> event,
                      std::shared_ptr<Read> read) {
    if (!found_.insert(std::hash<std::string>{}(invitee.invitee.uri)).second) return;
    ++figures_.invitees;
    pending_.push_back({std::move(invitee), std::move(event), std::move(read)});
}

// What is on its way is looked at first and the ledgers afterwards: a change that leaves the stream meanwhile
// is in one of them.
asio::awaitable<void> HistoryWalk::examine() {
    while (!pending_.empty()) {
        auto batch = std::exchange(pending_, {});
        std::vector<std::string> people;
        for (const auto& one : batch) people.push_back(rules::person_of(one.invitee.invitee.email));
        co_await through_outages(world_, [&] { return waiting_.read(redis::WaitingIn::webhooks); });
        const auto stored = co_await through_outages(world_, [&] { return world_.people.peek(people); });
        std::vector<std::pair<std::string, std::shared_ptr<Read>>> halves;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            try {
                if (people[i].empty() || !stored[i])
                    throw rules::LedgerError(people[i].empty() ? "it has no address"
                                                               : "its person's key is none of ours");
                const auto ledger = rules::parse_ledger(stored[i]->ledger);
                examine(batch[i], ledger, people[i]);
                if (is_forgotten(batch[i], ledger)) continue;
                for (auto& uri : rules::unknown_halves(batch[i].invitee.invitee, ledger))
                    halves.emplace_back(std::move(uri), batch[i].read);
            } catch (const rules::LedgerError& error) {
                note_failure(fmt::format("invitee {}: {}", batch[i].invitee.invitee.uri, error.what()));
                batch[i].read->is_settled = false;
            }
        }
        for (auto& [uri, read] : halves) co_await fetch_half(std::move(uri), std::move(read));
    }
}

void HistoryWalk::examine(const Pending& pending, const rules::Ledger& ledger, const std::string& person) {
    auto changes = rules::missed_changes(pending.invitee, *pending.event, ledger, own_uri_, world_.now());
    const auto told_until = is_forgotten(pending, ledger) ? pending.read->told_until : Timestamp{};
    std::erase_if(changes, [&](const auto& change) {
        return waiting_.contains(change) || (change.tells_its_time && change.at < told_until) ||
               (!settings_.changes.empty() && !settings_.changes.contains(change.event));
    });
    if (changes.empty()) ++figures_.already_right;
    for (auto& change : changes)
        if (!is_done_with(change, person, *pending.read)) appender_.add(person, std::move(change));
}

// What is known of a person is forgotten after `retention`, which may be before the meeting, of which a walk
// has told.
bool HistoryWalk::is_forgotten(const Pending& pending, const rules::Ledger& ledger) const {
    const bool is_of_that_meeting = id_in(pending.event->event.uri) == pending.read->id;
    return ledger.done.empty() && is_of_that_meeting &&
           pending.invitee.invitee.created_at < pending.read->told_until;
}

// Its webhook may be on its way. Of what tells no time that is known only once it was found a while ago.
bool HistoryWalk::is_left(const rules::MissedChange& change, Read& read) const {
    if (settings_.leave_younger.count() == 0) return false;
    const auto now = world_.now();
    if (change.tells_its_time) {
        const bool is_young = now - change.not_before < settings_.leave_younger;
        read.is_settled &= !is_young;
        return is_young;
    }
    const auto found = read.puzzled_since == Timestamp{} ? now : read.puzzled_since;
    const bool is_young = now - found < settings_.leave_younger;
    if (is_young) read.seen.puzzled_since = std::chrono::floor<std::chrono::seconds>(found);
    return is_young;
}

// Whether it is left to the next walk, or shown and nothing else.
bool HistoryWalk::is_done_with(const rules::MissedChange& change, const std::string& person, Read& read) {
    if (is_left(change, read)) return true;
    if (settings_.is_dry) world_.watcher.on_difference(change, person);
    return settings_.is_dry;
}

// What the listing leaves out, or this walk does.
bool HistoryWalk::is_wanted(const ListedEvent& event) const {
    const auto& types = settings_.event_types;
    const bool is_of_type = types.empty() || types.contains(event.event.event_type);
    return is_of_type && (settings_.status.empty() || settings_.status == event.status);
}

// The other half of a booking that was moved may be of a meeting that this walk never comes to.
asio::awaitable<void> HistoryWalk::fetch_half(std::string uri, std::shared_ptr<Read> read) {
    const auto link = calendly::parse_link(uri, world_.listing.origin());
    if (!link || link->kind != calendly::LinkKind::invitee) co_return;
    if (found_.contains(std::hash<std::string>{}(uri))) co_return;
    auto invitee = co_await ask(world_, [&] { return world_.listing.invitee(*link); });
    const auto event_link =
        invitee ? calendly::parse_link(invitee->invitee.event, world_.listing.origin()) : std::nullopt;
    if (!event_link || event_link->kind != calendly::LinkKind::scheduled_event) co_return;
    auto event = co_await ask(world_, [&] { return world_.listing.event(*event_link); });
    if (!event || !is_wanted(*event)) co_return;
    auto shared = std::make_shared<const ListedEvent>(std::move(*event));
    add(std::move(*invitee), std::move(shared), std::move(read));
}

asio::awaitable<void> HistoryWalk::settle() {
    co_await appender_.flush(figures_, settings_.on_appended);
    std::vector<std::pair<std::string, std::string>> seen;
    for (const auto& read : std::exchange(read_, {}))
        if (read->is_settled || read->seen.puzzled_since != Timestamp{})
            seen.emplace_back(read->id, rules::to_text(read->seen));
    if (settings_.is_dry) co_return;
    if (settings_.is_cheap) co_await through_outages(world_, [&] { return world_.store.note_seen(seen); });
    if (settings_.on_settled)
        co_await through_outages(world_, [&] { return settings_.on_settled(position_); });
    world_.watcher.on_progress(figures_, position_.at);
}

// Of meetings that this walk and later ones do not come to any more.
asio::awaitable<void> HistoryWalk::forget_old() {
    std::string cursor = "0";
    do {
        const auto part = co_await through_outages(world_, [&] { return world_.store.scan_seen(cursor); });
        std::vector<std::string> old;
        for (const auto& [id, text] : part.meetings) {
            const auto seen = rules::parse_seen(text);
            if (!seen || seen->starts_at < std::chrono::floor<std::chrono::seconds>(settings_.forget_before))
                old.push_back(id);
        }
        co_await through_outages(world_, [&] { return world_.store.forget_seen(old); });
        cursor = part.next_cursor;
    } while (cursor != "0");
}

}  // namespace upkeep
