#include "text/unified_diff.hpp"

#include <gtest/gtest.h>

namespace unified_diff_test {

using text::unified_diff;

TEST(UnifiedDiff, OfEqualTextsIsEmpty) {
    EXPECT_EQ(unified_diff("", "", "a", "b"), "");
    EXPECT_EQ(unified_diff("x\n", "x\n", "a", "b"), "");
}

TEST(UnifiedDiff, ShowsThreeLinesAroundEachChange) {
    EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "old", "new"),
              "--- old\n+++ new\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, HasAPartForEachPlace) {
    EXPECT_EQ(unified_diff("a\n1\n2\n3\n4\n5\n6\n7\n8\nz\n", "b\n1\n2\n3\n4\n5\n6\n7\n8\n", "old", "new"),
              "--- old\n+++ new\n@@ -1,4 +1,4 @@\n-a\n+b\n 1\n 2\n 3\n@@ -7,4 +7,3 @@\n 6\n 7\n 8\n-z\n");
}

TEST(UnifiedDiff, NamesTheLineBeforeAnEmptyRange) {
    EXPECT_EQ(unified_diff("", "a\n", "old", "new"), "--- old\n+++ new\n@@ -0,0 +1,1 @@\n+a\n");
    EXPECT_EQ(unified_diff("a\n", "", "old", "new"), "--- old\n+++ new\n@@ -1,1 +0,0 @@\n-a\n");
}

}  // namespace unified_diff_test
