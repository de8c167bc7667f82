// Routing forms: an answer with an e-mail address makes a contact.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace routing_form_test {

using testing::ElementsAre;

const std::string ann = "ann@example.org";

class PathRoutingForm : public PathTest {
protected:
    void submit(const std::string& email) {
        sandbox().post("/routing_form",
                       {{"questions_and_answers", {{"Your e-mail", email}, {"Company", "Fjord AS"}}}});
    }
};

TEST_F(PathRoutingForm, WithAnAddressIsAContactAndAnEvent) {
    start();
    sandbox().hold();
    submit(" Ann@Example.org ");
    sandbox().release_all({{"copies", 3}});
    settle();
    EXPECT_EQ(attribute(ann, "COMPANY"), "Fjord AS");
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "(none)") << "nothing was booked";
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_form_submitted"));
    EXPECT_EQ(system_->dead(), 0);
    EXPECT_EQ(system_->pending(), 0);
}

TEST_F(PathRoutingForm, BeforeABookingIsTheSameContact) {
    start();
    submit(ann);
    settle();
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(sandbox().contact_count(), 1u);
    EXPECT_EQ(attribute(ann, "COMPANY"), "Fjord AS");
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_form_submitted", "calendly_booked"));
}

}  // namespace routing_form_test
}  // namespace e2e
