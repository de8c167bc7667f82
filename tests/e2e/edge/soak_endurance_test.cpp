// What takes long: the proofs of edge_endurance_test.cpp with the numbers that count. Label: soak.
#include "e2e/edge/blows_fixture.hpp"
#include "e2e/edge/mixture_fixture.hpp"
#include "e2e/edge/reload_fixture.hpp"

namespace e2e {
namespace soak_endurance_test {

TEST_F(EdgeReloadUnderLoad, AThousandTimes) {
    survive(1000);
}

TEST_F(EdgeBlows, EightHundred) {
    survive(800, Way::directly);
}

TEST_F(EdgeBlows, TwoHundredBehindAGate) {
    survive(200, Way::through_a_gate);
}

TEST_F(EdgeMixture, TenMillion) {
    survive(10'000'000);
}

}  // namespace soak_endurance_test
}  // namespace e2e
