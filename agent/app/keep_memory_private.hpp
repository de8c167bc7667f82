#pragma once

namespace app {

// The memory of this process holds the keys of two accounts: it goes into no core dump, and no other process
// of the same user reads it. Not with AddressSanitizer, which looks at itself.
void keep_memory_private() noexcept;

}  // namespace app
