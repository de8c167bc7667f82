// Neither order nor repetition of deliveries matters.
#include <algorithm>

#include "e2e/path/fixture.hpp"

namespace e2e {
namespace order_test {

using testing::ElementsAre;

using Deliveries = std::vector<std::int64_t>;

class PathEveryOrder : public PathTest, public testing::WithParamInterface<bool> {
protected:
    // Makes the story happen to a new person for every order of its deliveries, and releases them in that
    // order. Gives what Brevo has of each: it must be the same.
    template <typename Story>
    std::vector<std::string> tell_in_every_order(std::size_t count, bool one_by_one, Story story) {
        Deliveries order(count);
        for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::int64_t>(i);
        std::vector<std::string> people;
        sandbox().hold();
        do {
            people.push_back("guest" + std::to_string(people.size()) + "@example.org");
            const auto before = sandbox().held().size();
            story(people.back());
            const auto held = sandbox().held();
            EXPECT_EQ(held.size(), before + count);
            release_in(order, Deliveries(held.end() - static_cast<std::ptrdiff_t>(count), held.end()),
                       one_by_one);
        } while (std::next_permutation(order.begin(), order.end()));
        return people;
    }

    void release_in(const Deliveries& order, const Deliveries& ids, bool one_by_one) {
        Deliveries chosen;
        for (const auto index : order) chosen.push_back(ids[static_cast<std::size_t>(index)]);
        if (!one_by_one) return sandbox().release(chosen);
        for (const auto id : chosen) {
            sandbox().release({id});
            settle();
        }
    }

    // What a person's contact says, without what differs between people.
    std::string essence(const std::string& email) {
        const auto contact = sandbox().contact(email);
        return contact ? json::serialize(contact->at("attributes")) + json::serialize(contact->at("listIds"))
                       : "";
    }

    void expect_alike(const std::vector<std::string>& people, const std::string& status,
                      const std::string& of_lists) {
        EXPECT_EQ(attribute(people.front(), "BOOKING_STATUS"), status);
        EXPECT_EQ(lists(people.front()), of_lists);
        for (const auto& email : people) EXPECT_EQ(essence(email), essence(people.front())) << email;
        EXPECT_EQ(system_->dead(), 0);
    }

    // Tells a story either way: with the agent there from the start, or with everything waiting for it.
    template <typename Story>
    std::vector<std::string> tell(std::size_t count, Story story) {
        lay();
        const bool is_agent_there = GetParam();
        if (is_agent_there) system_->start_agent();
        auto people = tell_in_every_order(count, is_agent_there, story);
        if (!is_agent_there) {
            harness::wait_until([&] { return !sandbox().has_pending_deliveries(); }, "all should be stored");
            system_->start_agent();
        }
        settle();
        return people;
    }

    template <typename Story>
    void check(std::size_t count, const std::string& status, const std::string& of_lists, Story story) {
        expect_alike(tell(count, story), status, of_lists);
    }

    static json::object booking(const std::string& email, const std::string& type = "DISCOVERYCALL001") {
        return {{"email", email},
                {"event_type", type},
                {"start_time", "2030-05-06T07:00:00Z"},
                {"created_at", "2026-05-01T08:00:00.000001Z"}};
    }
};

TEST_P(PathEveryOrder, OfABookingAndItsCancellation) {
    check(2, "cancelled", "[20]",
          [&](const std::string& email) { sandbox().cancel(sandbox().book(booking(email))); });
}

TEST_P(PathEveryOrder, OfABookingAndItsNoShow) {
    check(2, "no_show", "[10,21]",
          [&](const std::string& email) { sandbox().mark_no_show(sandbox().book(booking(email))); });
}

TEST_P(PathEveryOrder, OfABookingANoShowAndItsUndoing) {
    check(3, "booked", "[10]", [&](const std::string& email) {
        const auto id = sandbox().book(booking(email));
        sandbox().mark_no_show(id);
        sandbox().undo_no_show(id);
    });
}

TEST_P(PathEveryOrder, OfANoShowUndoneAndMarkedAgain) {
    check(4, "no_show", "[10,21]", [&](const std::string& email) {
        const auto id = sandbox().book(booking(email));
        sandbox().mark_no_show(id);
        sandbox().undo_no_show(id);
        sandbox().mark_no_show(id);
    });
}

TEST_P(PathEveryOrder, OfAReschedule) {
    check(3, "booked", "[10]", [&](const std::string& email) {
        sandbox().reschedule(sandbox().book(booking(email)), {{"start_time", "2030-05-07T07:00:00Z"}});
    });
}

TEST_P(PathEveryOrder, OfARescheduleThatIsCanceled) {
    check(4, "cancelled", "[20]", [&](const std::string& email) {
        sandbox().cancel(sandbox().reschedule(sandbox().book(booking(email))));
    });
}

TEST_P(PathEveryOrder, OfTwoBookingsWithOneCanceled) {
    check(3, "booked", "[11]", [&](const std::string& email) {
        const auto first = sandbox().book(booking(email));
        auto other = booking(email, "PRODUCTDEMO00002");
        other["created_at"] = "2026-05-02T08:00:00Z";
        sandbox().book(other);
        sandbox().cancel(first);
    });
}

TEST_P(PathEveryOrder, OfANoShowThatIsCanceled) {
    check(3, "cancelled", "[20]", [&](const std::string& email) {
        const auto id = sandbox().book(booking(email));
        sandbox().mark_no_show(id);
        sandbox().cancel(id);
    });
}

TEST_P(PathEveryOrder, OfTwoReschedules) {
    check(5, "booked", "[10]", [&](const std::string& email) {
        const auto second =
            sandbox().reschedule(sandbox().book(booking(email)), {{"start_time", "2030-05-08T07:00:00Z"}});
        sandbox().reschedule(second, {{"start_time", "2030-05-07T07:00:00Z"}});
    });
}

// Who has no booking left is described by none: what Brevo had of its date stays.
TEST_P(PathEveryOrder, OfARescheduleToAnotherPerson) {
    std::vector<std::string> others;
    const auto people = tell(3, [&](const std::string& email) {
        others.push_back("other-" + email);
        sandbox().reschedule(sandbox().book(booking(email)), {{"email", others.back()}});
    });
    expect_alike(others, "booked", "[10]");
    for (const auto& email : people) {
        EXPECT_EQ(attribute(email, "BOOKING_STATUS"), "cancelled");
        EXPECT_EQ(lists(email), "[]");
    }
}

INSTANTIATE_TEST_SUITE_P(With, PathEveryOrder, testing::Bool(),
                         [](const auto& test) { return test.param ? "TheAgentThere" : "EverythingWaiting"; });

class PathRepetition : public PathTest {
protected:
    // Everything of a step three times over, from both subscriptions.
    template <typename Step>
    void repeat(Step step) {
        sandbox().hold();
        step();
        EXPECT_EQ(sandbox().held().size() % 2, 0u) << "two subscriptions hear of it";
        sandbox().release_all({{"copies", 3}});
        settle();
    }
};

TEST_F(PathRepetition, ThreeTimesFromTwoSubscriptionsIsOnce) {
    start();
    sandbox().subscribe_too(system_->webhook_url() + "?again", std::string(harness::System::signing_key));
    const std::string ann = "ann@example.org";
    std::string id;
    repeat([&] { id = sandbox().book({{"email", ann}}); });
    repeat([&] { sandbox().mark_no_show(id); });
    repeat([&] { sandbox().undo_no_show(id); });
    repeat([&] { id = sandbox().reschedule(id, {{"start_time", "2030-05-07T07:00:00Z"}}); });
    EXPECT_EQ(lists(ann), "[10]");
    repeat([&] { sandbox().cancel(id); });
    EXPECT_THAT(sandbox().event_names(ann),
                ElementsAre("calendly_booked", "calendly_no_show", "calendly_no_show_undone",
                            "calendly_rescheduled", "calendly_canceled"));
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[20]");
    EXPECT_EQ(sandbox().contact_count(), 1u);
    EXPECT_EQ(system_->pending(), 0);
}

TEST_F(PathRepetition, AcrossAgentsIsOnce) {
    start();
    const std::string ann = "ann@example.org";
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(agent().stop(), 0);
    system_->start_agent();
    const auto before = sandbox().journal_end();
    ASSERT_EQ(system_->post(json::serialize(sandbox().journal("webhooks").at(0).at("body"))), 200u);
    settle();
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
    for (const auto& call : sandbox().calls("brevo", before)) EXPECT_THAT(call, testing::StartsWith("GET "));
}

}  // namespace order_test
}  // namespace e2e
