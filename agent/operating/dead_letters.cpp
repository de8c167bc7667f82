#include "operating/dead_letters.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <stdexcept>

#include "calendly/parse.hpp"
#include "rules/ledger.hpp"
#include "rules/person.hpp"
#include "rules/sighting.hpp"

namespace operating {
namespace {

namespace asio = boost::asio;

std::optional<calendly::Delivery> delivery_in(const std::string& body) {
    try {
        return calendly::parse_delivery(body);
    } catch (const calendly::ShapeError&) {
        return std::nullopt;
    }
}

// What a dead letter tells is in no ledger: a change that is, came by another way.
bool supersedes(const std::string& stored, const calendly::Delivery& delivery) {
    try {
        const auto ledger = rules::parse_ledger(stored);
        if (ledger.done.contains(rules::own_change_id(delivery))) return true;
        if (!delivery.invitee) return false;
        const auto known = ledger.bookings.find(delivery.invitee->uri);
        return known != ledger.bookings.end() && known->second.changed_at > delivery.created_at;
    } catch (const rules::LedgerError&) {
        return false;
    }
}

}  // namespace

asio::awaitable<std::vector<SeenLetter>> look_at(redis::PersonStore& people,
                                                 std::vector<redis::StoredLetter> letters) {
    std::vector<SeenLetter> seen;
    std::vector<std::optional<calendly::Delivery>> deliveries;
    std::set<std::string> concerned;
    for (auto& letter : letters) {
        auto& delivery = deliveries.emplace_back(delivery_in(letter.entry.body));
        auto& one = seen.emplace_back();
        one.letter = std::move(letter);
        if (!delivery) continue;
        one.person = rules::person_in(*delivery);
        one.event = delivery->event;
        if (!one.person.empty()) concerned.insert(one.person);
    }
    const std::vector<std::string> asked(concerned.begin(), concerned.end());
    const auto stored = co_await people.peek(asked);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const auto at = std::ranges::find(asked, seen[i].person);
        if (at == asked.end() || !deliveries[i]) continue;
        const auto& person = stored[static_cast<std::size_t>(at - asked.begin())];
        seen[i].is_superseded = person && supersedes(person->ledger, *deliveries[i]);
    }
    co_return seen;
}

unsigned parse_letter_status(std::string_view text) {
    unsigned status = 0;
    if (text == "none") return status;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
    if (error != std::errc() || end != text.data() + text.size() || status < 100 || status > 999)
        throw std::invalid_argument("expected an HTTP status such as 400, or none");
    return status;
}

}  // namespace operating
