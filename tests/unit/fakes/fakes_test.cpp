// The fakes of both APIs behave as their users rely on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "unit/fakes/brevo_api.hpp"
#include "unit/fakes/calendly_api.hpp"

namespace fakes_test {

namespace asio = boost::asio;
using testing::ElementsAre;

template <typename T>
T result_of(asio::awaitable<T> work) {
    asio::io_context io;
    auto result = asio::co_spawn(io, std::move(work), asio::use_future);
    io.run();
    return result.get();
}

TEST(FakeBrevo, SucceedsUnlessTheTestSaysOtherwise) {
    fakes::BrevoApi brevo;
    brevo.fail_next("upsert", 400, "{}");
    const brevo::Contact ada{"ada@example.com", {}, {}, {}};
    const auto refused = result_of(brevo.upsert_contact(ada, {}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 400u);
    EXPECT_TRUE(result_of(brevo.upsert_contact(ada, {})));
    EXPECT_TRUE(result_of(brevo.send_event({"calendly_booked", "ada@example.com", "", {}}, {})));
    EXPECT_THAT(brevo.calls, ElementsAre("upsert ada@example.com", "upsert ada@example.com",
                                         "send calendly_booked ada@example.com"));
    EXPECT_EQ(brevo.upserted.size(), 1u);
}

TEST(FakeBrevo, SendsNothingThatItsGuardWithholds) {
    fakes::BrevoApi brevo;
    const auto answer =
        result_of(brevo.update_contact({"ada@example.com", {}, {}, {}}, [] { return false; }));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().remedy, api::Remedy::withheld);
    EXPECT_TRUE(brevo.calls.empty());
}

TEST(FakeBrevo, HasTheAttributesAndListsOfTheTest) {
    fakes::BrevoApi brevo;
    brevo.lists[7] = false;
    EXPECT_FALSE(*result_of(brevo.has_list(7)));
    EXPECT_TRUE(*result_of(brevo.has_list(8)));
    EXPECT_TRUE(result_of(brevo.create_attribute({"NAME", brevo::AttributeType::text, {}})));
    EXPECT_EQ(result_of(brevo.attributes())->size(), 1u);
}

TEST(FakeCalendly, HasWhatTheTestPutThereAndNothingElse) {
    fakes::CalendlyApi calendly;
    calendly.event_types["/event_types/t"].name = "Demo";
    calendly.fail_next("/event_types/t", 503, api::Remedy::retry);
    const calendly::Link link{calendly::LinkKind::event_type, "/event_types/t"};
    EXPECT_EQ(result_of(calendly.event_type(link)).error().status, 503u);
    EXPECT_EQ(result_of(calendly.event_type(link))->name, "Demo");
    EXPECT_EQ(result_of(calendly.no_show({calendly::LinkKind::no_show, "/x"})).error().status, 404u);
    EXPECT_THAT(calendly.calls, ElementsAre("/event_types/t", "/event_types/t", "/x"));
}

}  // namespace fakes_test
