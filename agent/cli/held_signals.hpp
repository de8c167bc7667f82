// Ctrl-C and SIGTERM, kept back for as long as this lives: who works looks for them where it may stop.
#pragma once

#include <csignal>

namespace cli {

// One within the other is well: what came waits for the process, not for one of them.
class HeldSignals {
public:
    HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals();

    // Readable when one has come, for poll(). Its owner is this.
    int descriptor() const noexcept { return descriptor_; }

    // Whether one has come; it is forgotten then.
    bool take() const noexcept;

    // From now on the next one does what it does otherwise: it ends the process.
    void let_through() const noexcept;

private:
    sigset_t before_{};
    int descriptor_;
};

// Throws net::Interrupted when one has come while it was kept back.
void heed_held_signals();

}  // namespace cli
