#include "app/keep_memory_private.hpp"

#include <cstdlib>

#include <sys/prctl.h>

#include <gtest/gtest.h>

namespace app {
namespace keep_memory_private_test {

#ifndef __SANITIZE_ADDRESS__
TEST(KeepMemoryPrivate, LeavesNoCoreDumpAndLetsNobodyLook) {
    const auto is_dumpable_afterwards = [] {
        keep_memory_private();
        std::_Exit(::prctl(PR_GET_DUMPABLE));
    };
    EXPECT_EXIT(is_dumpable_afterwards(), testing::ExitedWithCode(0), "");
}
#endif

}  // namespace keep_memory_private_test
}  // namespace app
