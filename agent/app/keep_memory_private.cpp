#include "app/keep_memory_private.hpp"

#include <sys/prctl.h>

namespace app {

void keep_memory_private() noexcept {
#ifndef __SANITIZE_ADDRESS__
    ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace app
