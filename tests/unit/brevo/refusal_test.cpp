// Which attributes a refusal is about, in whatever way it says so, and which the next try may win.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "brevo/refusal.hpp"

namespace refusal_test {

using brevo::is_conflict;
using brevo::refused_attributes;
using Names = std::vector<std::string>;
using testing::IsEmpty;

const brevo::Contact contact{"a@b.co",
                             {{"NAME", brevo::Value("Ada")},
                              {"COMPANY", brevo::Value("Dock & Co")},
                              {"MEETING_DATE", brevo::Value("2026-10-12")},
                              {"MEETING_START", brevo::Value("2026-10-12T09:00:00+02:00")},
                              {"COUNT", brevo::Value(3.0)},
                              {"SMS", brevo::Value("+44")},
                              {"WHATSAPP", brevo::Value("+45")}},
                             {10, 11},
                             {20}};

std::string with(std::string_view message, std::string_view code = "invalid_parameter") {
    return R"({"code":")" + std::string(code) + R"(","message":")" + std::string(message) + R"("})";
}

struct Case {
    std::string_view message;
    Names refused;
};

TEST(BrevoRefusal, TheMessageNamesTheAttributesInSeveralWays) {
    const Case cases[] = {
        {"Unable to update contact, SMS is already associated with another Contact", {"SMS"}},
        {"Unable to create contact, SMS is already associated with another Contact", {"SMS"}},
        {"SMS is already associated with another Contact", {"SMS"}},
        {"sms is already associated with another contact", {"SMS"}},
        {"WHATSAPP is already associated with another Contact", {"WHATSAPP"}},
        {"WhatsApp number already exists", {"WHATSAPP"}},
        {"Invalid WhatsApp number", {"WHATSAPP"}},
        {"SMS or WHATSAPP or EXT_ID are already associated with another Contact", {"SMS", "WHATSAPP"}},
        {"SMS/WHATSAPP already in use", {"SMS", "WHATSAPP"}},
        {"Invalid phone number", {"SMS", "WHATSAPP"}},
        {"invalid phone number", {"SMS", "WHATSAPP"}},
        {"Phone number is not valid", {"SMS", "WHATSAPP"}},
        {"Mobile number already associated with another contact", {"SMS", "WHATSAPP"}},
        {"Identifier is already associated with another Contact", {"SMS", "WHATSAPP"}},
        {"invalid date format", {"MEETING_DATE"}},
        {"Invalid date format for attribute MEETING_DATE", {"MEETING_DATE"}},
        {"Invalid date", {"MEETING_DATE"}},
        {"Dates should be YYYY-MM-DD", {"MEETING_DATE"}},
        {"attributes.COMPANY should be a number", {"COMPANY"}},
        {"attributes.company should be a number", {"COMPANY"}},
        {"Attribute COUNT is invalid", {"COUNT"}},
        {"COMPANY, COUNT are not valid", {"COMPANY", "COUNT"}},
        {"'NAME' should be type string", {"NAME"}},
    };
    for (const auto& [message, refused] : cases)
        for (const auto* code : {"invalid_parameter", "duplicate_parameter"}) {
            EXPECT_EQ(refused_attributes(with(message, code), contact), refused) << message;
            EXPECT_FALSE(refused.empty());
        }
}

TEST(BrevoRefusal, TheMetadataNameThemBeforeTheMessageDoes) {
    const auto of = [](std::string_view metadata) {
        return refused_attributes(
            R"({"code":"x","message":"Unable to update contact","metadata":)" + std::string(metadata) + "}",
            contact);
    };
    EXPECT_EQ(of(R"({"duplicate_identifiers":["SMS"]})"), Names{"SMS"});
    EXPECT_EQ(of(R"({"duplicate_identifiers":["sms","whatsapp"]})"), (Names{"SMS", "WHATSAPP"}));
    EXPECT_EQ(of(R"({"duplicate_identifiers":["email","SMS"]})"), Names{"SMS"});
    for (const auto* nothing :
         {R"({"duplicate_identifiers":["LANDLINE_NUMBER"]})", R"({"duplicate_identifiers":["email"]})",
          R"({"duplicate_identifiers":["ext_id"]})", R"({"duplicate_identifiers":"SMS"})",
          R"({"duplicate_identifiers":[1]})", "[]", "{}", "null"})
        EXPECT_THAT(of(nothing), IsEmpty()) << nothing;
    EXPECT_THAT(refused_attributes(R"({"message":"Identifier is already associated with another Contact",)"
                                   R"("metadata":{"duplicate_identifiers":["ext_id"]}})",
                                   contact),
                IsEmpty())
        << "it says which";
}

TEST(BrevoRefusal, ALandlineIsAPhoneToo) {
    const brevo::Contact landline{"a@b.co", {{"LANDLINE_NUMBER", brevo::Value("+44")}}, {}, {}};
    for (const auto* message : {"LANDLINE_NUMBER is already associated with another Contact",
                                "Landline already in use", "Invalid landline", "Invalid phone number"})
        EXPECT_EQ(refused_attributes(with(message), landline), Names{"LANDLINE_NUMBER"}) << message;
}

TEST(BrevoRefusal, ADateIsWhatLooksLikeOne) {
    const brevo::Contact dated{"a@b.co",
                               {{"A", brevo::Value("2026/10/12")},
                                {"B", brevo::Value("2026-10/12")},
                                {"C", brevo::Value("2026-1o-12")},
                                {"D", brevo::Value("2026-10-12")}},
                               {},
                               {}};
    EXPECT_EQ(refused_attributes(with("invalid date format"), dated), Names{"D"});
}

TEST(BrevoRefusal, AnAttributeThatTheContactLacksCannotBeLeftOut) {
    const brevo::Contact bare{"a@b.co", {{"NAME", brevo::Value("Ada")}}, {10}, {}};
    for (const auto* message :
         {"SMS is already associated with another Contact", "Invalid phone number", "invalid date format"})
        EXPECT_THAT(refused_attributes(with(message), bare), IsEmpty()) << message;
}

TEST(BrevoRefusal, OtherRefusalsAreAboutNoAttribute) {
    for (const auto* message :
         {"Unable to update contact", "List ID does not exist: 10", "listIds/0 should be type number",
          "email is not valid in payload", "Contact already exist", "No", "",
          "Unable to create contact, email is already associated with another Contact",
          "EXT_ID is already associated with another Contact",
          "Contact already in list and/or does not exist", "The blacklist was updated"})
        EXPECT_THAT(refused_attributes(with(message), contact), IsEmpty()) << message;
    for (const auto* body : {"", "<html>SMS</html>", "[]", "{}", R"({"message":["SMS"]})"})
        EXPECT_THAT(refused_attributes(body, contact), IsEmpty()) << body;
}

TEST(BrevoRefusal, WhoLosesARaceForTheSameContactMayWinTheNextTry) {
    for (const auto* message :
         {"Contact already exist", "Contact already exists",
          "Unable to create contact, email is already associated with another Contact",
          "Unable to update contact, EMAIL is already associated with another Contact", "duplicate email"})
        EXPECT_TRUE(is_conflict(with(message, "duplicate_parameter"))) << message;
    EXPECT_TRUE(is_conflict(R"({"message":"x","metadata":{"duplicate_identifiers":["email"]}})"));
    for (const auto* message :
         {"email is not valid in payload", "List ID does not exist", "No", "Invalid phone number",
          "Contact already in list and/or does not exist",
          "EXT_ID is already associated with another Contact", "Attribute name must be unique"})
        EXPECT_FALSE(is_conflict(with(message))) << message;
    EXPECT_FALSE(is_conflict("<html>Contact already exist</html>"));
}

TEST(BrevoRefusal, AMissingListIsNoMissingContact) {
    EXPECT_TRUE(brevo::is_about_lists(with("List ID does not exist")));
    EXPECT_TRUE(brevo::is_about_lists(with("The lists do not exist")));
    EXPECT_FALSE(brevo::is_about_lists(with("Contact does not exist")));
    EXPECT_FALSE(brevo::is_about_lists(with("Contact is blacklisted")));
    EXPECT_FALSE(brevo::is_about_lists(""));
}

}  // namespace refusal_test
