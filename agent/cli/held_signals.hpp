// Ctrl-C and SIGTERM, kept back for as long as this lives: they come before or after.
#pragma once

#include <csignal>

namespace cli {

class HeldSignals {
public:
    HeldSignals() {
        sigset_t both;
        ::sigemptyset(&both);
        ::sigaddset(&both, SIGINT);
        ::sigaddset(&both, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &both, &before_);
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    // What is let through otherwise.
    const sigset_t& mask_before() const noexcept { return before_; }

private:
    sigset_t before_{};
};

}  // namespace cli
