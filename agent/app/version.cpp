#include "app/version.hpp"

namespace app {

const char* version() noexcept {
    return CALENDLY_BREVO_VERSION;
}

}  // namespace app
