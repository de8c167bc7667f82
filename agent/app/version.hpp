#pragma once

namespace app {

// "0.1.0"
const char* version() noexcept;

}  // namespace app
