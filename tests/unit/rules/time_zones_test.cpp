// Zones are in memory, whole, or the machine's trouble: never read wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include <date/tz.h>

#include "rules/local_time.hpp"
#include "rules/time_zones.hpp"

namespace time_zones_test {

using testing::ElementsAre;
using testing::IsEmpty;

std::string file_of(const std::string& zone) {
    std::ifstream file("/usr/share/zoneinfo/" + zone, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(TimeZones, AllOfTheSystemsCanBeLoaded) {
    EXPECT_THAT(rules::load_time_zones(), IsEmpty());
    EXPECT_EQ(rules::find_time_zone("America/New_York")->name(), "America/New_York");
}

TEST(TimeZones, ANameThatNobodyKnowsIsNoTrouble) {
    for (const auto* name : {"", "Mars/Olympus", "america/new_york", "../../etc/passwd", "America/New_York "})
        EXPECT_EQ(rules::find_time_zone(name), nullptr) << name;
}

TEST(TimeZones, AFileIsWholeOrNot) {
    for (const auto* zone : {"America/New_York", "Etc/UTC", "Asia/Kolkata", "Africa/Casablanca"}) {
        const auto whole = file_of(zone);
        EXPECT_TRUE(rules::is_whole_zone_file(whole)) << zone;
        for (std::size_t size = 0; size < whole.size(); ++size)
            ASSERT_FALSE(rules::is_whole_zone_file(whole.substr(0, size)))
                << zone << ", " << size << " bytes";
    }
}

TEST(TimeZones, WhatIsNoZoneFileIsNotWhole) {
    auto other = file_of("Etc/UTC");
    other.front() = 'X';
    for (const auto& bytes : {other, std::string(200, '\0'), std::string("TZif"),
                              "TZif" + std::string(60, '\xff'), std::string("<html>an error page</html>\n")})
        EXPECT_FALSE(rules::is_whole_zone_file(bytes));
}

TEST(TimeZones, TheTableNamesThem) {
    EXPECT_THAT(rules::zones_in_table("# a comment\nAD\t+4230+00131\tEurope/Andorra\n"
                                      "AU\t-3133+15905\tAustralia/Lord_Howe\tLord Howe Island\n"
                                      "odd\n\n\tx\nFR\t+4852+00220\tEurope/Paris"),
                ElementsAre("Europe/Andorra", "Australia/Lord_Howe", "Europe/Paris"));
}

}  // namespace time_zones_test
