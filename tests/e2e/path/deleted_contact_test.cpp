// Contacts that somebody deleted in Brevo.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace deleted_contact_test {

using testing::Contains;
using testing::ElementsAre;

const std::string ann = "ann@example.org";

class PathDeletedContact : public PathTest {
protected:
    void delete_contact(const std::string& email) {
        const harness::HttpRequest deletion{.method = "DELETE",
                                            .target = "/v3/contacts/" + email,
                                            .headers = {{"api-key", harness::SandboxProcess::api_key}},
                                            .body = {}};
        ASSERT_EQ(harness::send_once(harness::port_of(sandbox().brevo_url()), deletion).status, 204u);
    }
};

TEST_F(PathDeletedContact, ComesBackWithANewBookingOnly) {
    start();
    const auto id = sandbox().book({{"email", ann}});
    settle();
    delete_contact(ann);
    sandbox().cancel(id);
    settle();
    EXPECT_FALSE(sandbox().contact(ann));
    EXPECT_THAT(sandbox().calls("brevo"), Contains("POST /contacts").Times(1));
    sandbox().book({{"email", ann}, {"event_type", "PRODUCTDEMO00002"}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(lists(ann), "[11]");
}

// One that was made before those that are known is no new one, though it was unknown.
TEST_F(PathDeletedContact, StaysSoWhenAnOldBookingIsCanceled) {
    start();
    sandbox().fault("webhooks", {}, {{"status", 200}});  // nginx never sees it
    const auto old = sandbox().book({{"email", ann}});
    harness::wait_until([&] { return !sandbox().has_pending_deliveries(); }, "it should be delivered");
    sandbox().book({{"email", ann}, {"event_type", "PRODUCTDEMO00002"}});
    settle();
    delete_contact(ann);
    sandbox().cancel(old);
    settle();
    EXPECT_FALSE(sandbox().contact(ann));
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
}

TEST_F(PathDeletedContact, ComesBackThoughTheNewBookingIsToldLast) {
    start();
    sandbox().book({{"email", ann}});
    settle();
    delete_contact(ann);
    sandbox().hold();
    sandbox().cancel(sandbox().book({{"email", ann}, {"event_type", "PRODUCTDEMO00002"}}));
    auto held = sandbox().held();
    ASSERT_EQ(held.size(), 2u);
    for (const auto delivery : {held[1], held[0]}) {
        sandbox().release({delivery});
        settle();
    }
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked") << "the first one is still ahead";
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked", "calendly_canceled"));
}

}  // namespace deleted_contact_test
}  // namespace e2e
