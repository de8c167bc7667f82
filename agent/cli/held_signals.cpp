#include "cli/held_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "net/interruption.hpp"

namespace cli {
namespace {

const sigset_t& both() noexcept {
    static const sigset_t set = [] {
        sigset_t signals;
        ::sigemptyset(&signals);
        ::sigaddset(&signals, SIGINT);
        ::sigaddset(&signals, SIGTERM);
        return signals;
    }();
    return set;
}

}  // namespace

HeldSignals::HeldSignals() : descriptor_(::signalfd(-1, &both(), SFD_NONBLOCK | SFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
    ::pthread_sigmask(SIG_BLOCK, &both(), &before_);
}

HeldSignals::~HeldSignals() {
    ::close(descriptor_);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool HeldSignals::take() const noexcept {
    signalfd_siginfo signal;
    bool is_taken = false;
    while (::read(descriptor_, &signal, sizeof signal) == sizeof signal) is_taken = true;
    return is_taken;
}

void HeldSignals::let_through() const noexcept {
    ::pthread_sigmask(SIG_UNBLOCK, &both(), nullptr);
}

void heed_held_signals() {
    const HeldSignals held;
    if (held.take()) throw net::Interrupted();
}

}  // namespace cli
