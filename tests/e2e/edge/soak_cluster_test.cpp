// What takes long: the proofs of cluster_test.cpp with the numbers that count. Label: soak.
#include "e2e/edge/cluster_fixture.hpp"

namespace e2e {
namespace soak_edge_cluster_test {

TEST_F(EdgeCluster, TwentyMoves) {
    survive_moves(20);
}

TEST_F(EdgeCluster, TwentyKills) {
    survive_kills(20);
}

}  // namespace soak_edge_cluster_test
}  // namespace e2e
