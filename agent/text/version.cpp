#include "text/version.hpp"

namespace text {

const char* version() noexcept {
    return CALENDLY_BREVO_VERSION;
}

const char* revision() noexcept {
    return CALENDLY_BREVO_REVISION;
}

}  // namespace text
