#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/person.hpp"
#include "text/mask.hpp"
#include "text/text.hpp"
#include "text/unicode.hpp"

namespace text_test {

using testing::HasSubstr;
using testing::Not;

TEST(Text, LowerCaseKnowsEveryScriptAndKeepsWhatIsNoUtf8) {
    EXPECT_EQ(text::lower_case("ÀB\xff ΣX"), "àb\xff σx");
    EXPECT_EQ(text::lower_case(std::string_view("A\0B", 3)), std::string_view("a\0b", 3));
}

TEST(Text, IsTrimmedOfEveryBlankAndOfWhatNobodySees) {
    for (const auto* text : {" Ada\t", "\u00a0Ada\u00a0", "\u3000Ada\u2003", "\ufeffAda\u200b",
                             "\u202aAda\u202c", "\u200eAda\u200f", "\u2066Ada\u2069", "\u2028Ada\u2029",
                             "\u0085Ada\u00ad", "\u2800Ada\u3164", "\u1680Ada\u202f",
                             "\x01"
                             "Ada\x7f",
                             "\u180eAda\u2060", "\u115fAda\u034f"})
        EXPECT_EQ(text::trim(text), "Ada") << text;
    EXPECT_EQ(text::trim(std::string_view("\0Ada\0", 5)), "Ada");
    EXPECT_EQ(text::trim(" \u200b\u3000 "), "");
    EXPECT_EQ(text::trim("\xff Ada \xff"), "\xff Ada \xff") << "what is no UTF-8 is no blank";
    EXPECT_EQ(text::trim("\u2764\ufe0f "), "\u2764\ufe0f") << "an emoji keeps its form";
    EXPECT_EQ(text::trim("\u0600 1"), "\u0600 1") << "a sign that is seen";
}

TEST(Text, IsComparedWithoutCaseWidthAndTheWayAccentsAreWritten) {
    EXPECT_EQ(text::words_of("Socie\u0301te\u0301"), text::words_of("SOCI\u00c9T\u00c9"));
    EXPECT_EQ(text::words_of("\uff30\uff48\uff4f\uff4e\uff45\uff1f"), "phone");
    EXPECT_EQ(text::words_of("Ma\u00dfe"), text::words_of("MASSE"));
    EXPECT_EQ(text::words_of("\u03a3\u0391\u03a3"), text::words_of("\u03c3\u03b1\u03c2"));
    EXPECT_EQ(text::words_of("Tele\u00adphone\u200b"), "telephone");
    EXPECT_EQ(text::words_of("\u0928\u093e\u092e"), "\u0928\u093e\u092e") << "marks belong to their letters";
    EXPECT_NE(text::words_of("caf\u00e9"), text::words_of("cafe"));
}

TEST(Text, CleanHasNoControlCharacters) {
    EXPECT_EQ(text::clean(std::string_view("A\0d\x1b[1ma\x7f\u0085B", 13)), "Ad[1ma\nB");
    EXPECT_EQ(text::clean("a\r\nb\rc\n\nd\ve\tf"), "a\nb\nc\n\nd\ne\tf");
    EXPECT_EQ(text::clean("\xff\xc3 \u00e9 \xed\xa0\x80"), "\ufffd\ufffd \u00e9 \ufffd\ufffd\ufffd");
    EXPECT_EQ(text::clean("\u0090\u009fx"), "x");
}

TEST(Text, OneLineCanBreakNoLog) {
    EXPECT_EQ(text::one_line("a\nb\r\tc\u0085d\u2028e\u2029f\u202eg\u2066h\x1bi\x7fj\u200bk\xff"),
              "a b  c d e f g h i j k\ufffd");
    EXPECT_EQ(text::one_line("\u00e9\u4e2d\U0001f600"), "\u00e9\u4e2d\U0001f600");
}

TEST(Text, AMailboxHasOneSpelling) {
    for (const auto* email : {" Ada@Example.COM\n", "ada@example.com\u200b", "\ufeffada@example.com",
                              "\u00a0ada@example.com", "ad\u200ba@example.com", "ada@exam\u00adple.com",
                              "\u202aada@example.com\u202c", "ada@\uff25xample.com", "ada@example\u3002com",
                              "a\x01"
                              "da@example.com"})
        EXPECT_EQ(text::mailbox(email), "ada@example.com") << email;
    EXPECT_EQ(text::mailbox("Ada@B\u00dcCHER.example"), "ada@b\u00fccher.example");
    EXPECT_EQ(text::mailbox("ada@bu\u0308cher.example"), "ada@b\u00fccher.example");
}

TEST(Text, OtherMailboxesStayOthers) {
    EXPECT_EQ(text::mailbox("\u0130stanbul@example.com"), "\u0130stanbul@example.com");
    EXPECT_EQ(text::mailbox("\u212aelvin@example.com"), "\u212aelvin@example.com") << "no K";
    EXPECT_EQ(text::mailbox("J\u00d6RG@example.com"), "j\u00d6rg@example.com");
    EXPECT_EQ(text::mailbox("ada@\u0130stanbul.example"), "ada@i\u0307stanbul.example");
    EXPECT_EQ(text::mailbox("ada@stra\u00dfe.example"), "ada@stra\u00dfe.example") << "not strasse";
    EXPECT_EQ(text::mailbox("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627@example.com"),
              "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627@example.com");
    EXPECT_EQ(text::mailbox("ada lovelace@example.com"), "ada lovelace@example.com");
    EXPECT_EQ(text::mailbox("NOBODY"), "nobody");
}

TEST(Text, DigitsOfEveryScriptHaveTheirValue) {
    EXPECT_EQ(text::digit_value('7'), 7u);
    EXPECT_EQ(text::digit_value(0x0669), 9u);
    EXPECT_EQ(text::digit_value(0xFF10), 0u);
    EXPECT_EQ(text::digit_value(0x1D7D8 + 13), 3u) << "scripts that are neighbours";
    EXPECT_EQ(text::digit_value('a'), std::nullopt);
    EXPECT_EQ(text::digit_value(0xB2), std::nullopt);
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
    for (const auto* email :
         {"ada@example.com", " a+b@c.d.e\n", "ada@example.com\u200b", "\u00e9va@example.com"})
        EXPECT_TRUE(text::is_email(email)) << email;
    for (const auto* text :
         {"", "@b.co", "a@", "a@b", "a@.co", "a@b.", "a@b@c.de", "write to a@b.co", "a@b.co,c@d.eu"})
        EXPECT_FALSE(text::is_email(text)) << text;
}

TEST(Text, NamesAreSplitAtTheFirstSpace) {
    EXPECT_EQ(text::split_name(" Ada  King Lovelace "),
              std::pair(std::string("Ada"), std::string("King Lovelace")));
    for (const auto* name :
         {"Ada\u00a0Lovelace", "Ada\u3000Lovelace", "Ada\u200bLovelace", "\u202aAda \u2009Lovelace\u202c"})
        EXPECT_EQ(text::split_name(name), std::pair(std::string("Ada"), std::string("Lovelace"))) << name;
    EXPECT_EQ(text::split_name("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627").second, "")
        << "a joiner parts nothing";
    EXPECT_EQ(text::split_name("Ada"), std::pair(std::string("Ada"), std::string()));
}

TEST(Mask, AddressesKeepTheirFirstLetterAndDomain) {
    EXPECT_EQ(text::mask_email("ada@example.com"), "a...@example.com");
    EXPECT_EQ(text::mask_email("@example.com"), "***");
    EXPECT_EQ(text::mask_email("nonsense"), "***");
    EXPECT_EQ(text::mask_email("\u00e9va@example.com"), "\u00e9...@example.com");
    EXPECT_EQ(text::mask_email(" \u4e2d\u6587@example.com"), "\u4e2d...@example.com");
    EXPECT_EQ(text::mask_email("\xff@example.com"), "\ufffd...@example.com");
    EXPECT_EQ(text::mask_email("a@exam\nple\u202e.com"), "a...@exam ple .com");
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

}  // namespace text_test
