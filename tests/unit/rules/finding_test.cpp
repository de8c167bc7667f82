// When doctor's findings let an agent be started.
#include "rules/finding.hpp"

#include <gtest/gtest.h>

namespace finding_test {

using rules::failure;
using rules::is_well_but_for_agent;

TEST(Findings, OfAnAgentThatDoesNotRunAreNoObstacle) {
    EXPECT_TRUE(is_well_but_for_agent({}));
    EXPECT_TRUE(is_well_but_for_agent({rules::warning("redis.memory", "", "", "")}));
    EXPECT_TRUE(
        is_well_but_for_agent({failure("agent.running", "", "", ""), failure("agent.parked", "", "", ""),
                               failure("edge.path", "", "", "")}));
}

TEST(Findings, OfAnythingElseAre) {
    EXPECT_FALSE(is_well_but_for_agent({failure("brevo.key", "", "", "")}));
    EXPECT_FALSE(is_well_but_for_agent({failure("edge.path", "", "", "")})) << "the agent runs";
    EXPECT_FALSE(
        is_well_but_for_agent({failure("agent.running", "", "", ""), failure("edge.signature", "", "", "")}));
}

}  // namespace finding_test
