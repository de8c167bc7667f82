// The endurance proofs in short; at length: soak_edge_endurance_test.cpp.
#include "e2e/edge/blows_fixture.hpp"
#include "e2e/edge/mixture_fixture.hpp"
#include "e2e/edge/reload_fixture.hpp"

namespace e2e {
namespace endurance_test {

TEST_F(EdgeReloadUnderLoad, TwentyTimes) {
    survive(20);
}

TEST_F(EdgeBlows, Fifteen) {
    survive(15, Way::directly);
}

TEST_F(EdgeBlows, TenBehindAGate) {
    survive(10, Way::through_a_gate);
}

TEST_F(EdgeMixture, TwoHundredThousand) {
    survive(200'000);
}

}  // namespace endurance_test
}  // namespace e2e
