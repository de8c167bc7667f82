#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/person.hpp"
#include "text/mask.hpp"
#include "text/text.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Text, LowerCaseKnowsEveryScriptAndKeepsWhatIsNoUtf8) {
    EXPECT_EQ(text::lower_case("ÀB\xff ΣX"), "àb\xff σx");
    EXPECT_EQ(text::lower_case(std::string_view("A\0B", 3)), std::string_view("a\0b", 3));
}

TEST(Text, ClippingCutsNoCharacterInTwo) {
    EXPECT_EQ(text::clip("äöü", 6), "äöü");
    EXPECT_EQ(text::clip("äöü", 5), "äö");
    EXPECT_EQ(text::clip("äöü", 1), "");
}

TEST(Text, WordsAreLettersAndDigits) {
    EXPECT_EQ(text::words_of("  What's your «Société»?? "), "what s your société");
    EXPECT_EQ(text::words_of("?!"), "");
    EXPECT_EQ(text::words_of("A\xff Z"), "a z") << "and what is no UTF-8 is neither";
}

TEST(Text, PersonIsTheTrimmedLowerCaseAddress) {
    EXPECT_EQ(rules::person_of(" Ada@Example.COM\n"), "ada@example.com");
}

TEST(Text, AnEmailIsOneAddressAndNothingElse) {
    for (const auto* email : {"ada@example.com", " a+b@c.d.e\n"}) EXPECT_TRUE(text::is_email(email)) << email;
    for (const auto* text :
         {"", "@b.co", "a@", "a@b", "a@.co", "a@b.", "a@b@c.de", "write to a@b.co", "a@b.co,c@d.eu"})
        EXPECT_FALSE(text::is_email(text)) << text;
}

TEST(Text, NamesAreSplitAtTheFirstSpace) {
    EXPECT_EQ(text::split_name(" Ada  King Lovelace "),
              std::pair(std::string("Ada"), std::string("King Lovelace")));
    EXPECT_EQ(text::split_name("Ada"), std::pair(std::string("Ada"), std::string()));
}

TEST(Mask, AddressesKeepTheirFirstLetterAndDomain) {
    EXPECT_EQ(text::mask_email("ada@example.com"), "a***@example.com");
    EXPECT_EQ(text::mask_email("@example.com"), "***");
    EXPECT_EQ(text::mask_email("nonsense"), "***");
}

TEST(Mask, BodiesLoseWhatIsPersonal) {
    const auto masked = text::mask_body(
        R"({"event":"invitee.created","payload":{"uri":"https://x/1","meeting_notes_plain":"Ada is","phone_number":44,"email":"ada@example.com","name":"Ada",
            "questions_and_answers":[{"question":"Phone?","answer":"+44"}],"scheduled_event":{"location":{"join_url":"u",
            "data":{"password":"p"}}},"cancellation":{"reason":"ill"},"text_reminder_number":null,
            "rescheduled":false}})");
    for (const auto* harmless : {"https://x/1", "\"text_reminder_number\":null", "\"rescheduled\":false"})
        EXPECT_THAT(masked, HasSubstr(harmless));
    for (const auto* personal : {"Phone?", "ada", "Ada", "+44", "\"u\"", "\"p\"", "ill\""})
        EXPECT_THAT(masked, Not(HasSubstr(personal)));
    EXPECT_EQ(text::mask_body("{oops"), "5 bytes that are not JSON");
}

}  // namespace
