// A booking that is moved twice, and handed over to somebody else on the way, while agents die at any point
// of it: in the end everybody knows what became of it, also when one half of a move was never delivered.
#include <algorithm>
#include <array>
#include <set>

#include "unit/sync/fixture.hpp"

namespace moved_on_test {

using namespace sync_support;

// The agent is gone at once: nothing of it is tidied up.
struct Killed {};

// Whose the booking is at first, after the first move, after the second one.
using Owners = std::array<std::string, 3>;

struct Told {
    std::string person;
    std::string body;
};
using AllTold = std::vector<Told>;

const Story last{"3", at("11:00:00"), at("16:00:00"), "discovery"};

// As the API has the three bookings in the end.
std::array<rules::Sighting, 3> bookings_of(const Owners& owners) {
    auto moved_again = second.moved_to("3", at("11:00:00"));
    moved_again.invitee.old_invitee = invitee_uri("1");
    return {of_person(first.moved_to("2", at("10:00:00")), owners[0]), of_person(moved_again, owners[1]),
            of_person(last.rescheduled_from("2"), owners[2])};
}

// The booking, then the old half and the new half of either move.
AllTold everything(const Owners& owners) {
    const auto& [one, two, three] = bookings_of(owners);
    return {{owners[0], created(of_person(first.booked(), owners[0]))},
            {owners[0], canceled(one)},
            {owners[1], created(of_person(second.rescheduled_from("1"), owners[1]))},
            {owners[1], canceled(two)},
            {owners[2], created(three)}};
}

class MovedOnTest : public EntryWorkTest, public testing::WithParamInterface<Owners> {
protected:
    MovedOnTest() {
        for (const auto& sighting : bookings_of(GetParam())) {
            const auto& [invitee, event] = std::tie(sighting.invitee, sighting.event);
            calendly.invitees[path_of(invitee.uri)] = invitee;
            calendly.events[path_of(event.uri)] = event;
        }
    }

    static std::string path_of(const std::string& uri) {
        return uri.substr(std::string("https://api.calendly.com").size());
    }

    // The first agent is killed at its call number `fatal`. The entry that it had is left behind, and is the
    // last one that the next agent takes. False: it did not come to that.
    bool play(AllTold told, std::size_t fatal) {
        people.people.clear();
        if (work_off(told, fatal)) return false;
        std::rotate(told.begin(), told.begin() + 1, told.end());
        EXPECT_TRUE(work_off(told, no_call));
        return true;
    }

    // An agent from its start to its end. Takes from the front what is done; false: it was killed.
    bool work_off(AllTold& told, std::size_t fatal) {
        std::size_t calls = 0;
        people.on_call = brevo.on_call = [&](const std::string&) {
            if (calls++ == fatal) throw Killed();
        };
        people.leases.clear();
        syncing::Leases own_leases(io.get_executor(), people, interruption, waiting);
        syncing::OpenWork own_work(people, log);
        syncing::BrevoWriter own_writer(mapping, brevo, {contacts_retry, events_retry}, account, own_work,
                                        counters, log);
        syncing::Settle own_settle(people, own_work, own_writer, counters, log);
        syncing::PersonWork work(mapping, own_leases, links, own_settle, own_work, dead_letters);
        try {
            for (; !told.empty(); told.erase(told.begin()))
                run(work.process(told.front().person, batch_of({told.front().body})));
        } catch (const Killed&) {
            return false;
        }
        return true;
    }

    void expect_truth(const std::string& how) {
        using rules::BookingState;
        const std::array wanted = {BookingState::rescheduled, BookingState::rescheduled,
                                   BookingState::booked};
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto ledger = ledger_of(GetParam()[i]);
            const auto found = ledger.bookings.find(invitee_uri(std::to_string(i + 1)));
            ASSERT_NE(found, ledger.bookings.end()) << how << ": booking " << i + 1;
            ASSERT_EQ(found->second.state, wanted[i]) << how << ": booking " << i + 1;
        }
        ASSERT_TRUE(letters.letters.empty()) << how;
    }

    void play_with_every_death(const AllTold& told, const std::string& how) {
        bool is_killed = true;
        for (std::size_t fatal = 0; is_killed; ++fatal) {
            is_killed = play(told, fatal);
            ASSERT_NO_FATAL_FAILURE(expect_truth(how + ", killed at call " + std::to_string(fatal)));
        }
    }

    static constexpr std::size_t no_call = SIZE_MAX;
};

// One half of a move is lost, or the whole first one; the others come in any order, the agent is killed at
// any call.
TEST_P(MovedOnTest, WhoeverDiesWithWhateverEverybodyKnowsInTheEnd) {
    const auto all = everything(GetParam());
    const std::vector<std::set<std::size_t>> losses = {{1}, {2}, {3}, {4}, {1, 2}};
    for (const auto& lost : losses) {
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (!lost.contains(i)) order.push_back(i);
        do {
            AllTold told;
            for (const auto place : order) told.push_back(all[place]);
            play_with_every_death(told, "order " + testing::PrintToString(order));
            if (HasFatalFailure()) return;
        } while (std::ranges::next_permutation(order).found);
    }
}

INSTANTIATE_TEST_SUITE_P(Of, MovedOnTest,
                         testing::Values(Owners{ada, ada, bea}, Owners{ada, bea, bea}, Owners{ada, bea, cem},
                                         Owners{ada, bea, ada}),
                         [](const auto& test) {
                             std::string name;
                             for (const auto& owner : test.param) name += owner.substr(0, 3);
                             return name;
                         });

}  // namespace moved_on_test
