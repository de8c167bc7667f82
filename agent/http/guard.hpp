// Whether a request may still be sent.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "net/recall.hpp"

namespace http {

// Asked at the last moment, when all waiting is over: false withholds the request. One that can be recalled
// ends the waiting, too.
class Guard {
public:
    Guard() = default;

    template <typename MaySend>
    requires(!std::same_as<std::decay_t<MaySend>, Guard> && std::is_invocable_r_v<bool, MaySend&>)
        Guard(MaySend may_send)
        : may_send_(std::move(may_send)) {}

    // `recall` may be null.
    Guard(std::function<bool()> may_send, std::shared_ptr<net::Recall> recall)
        : may_send_(std::move(may_send)), recall_(std::move(recall)) {}

    // Whether there is anything to ask.
    explicit operator bool() const noexcept { return may_send_ || recall_; }

    bool operator()() const { return !net::is_requested(recall()) && (!may_send_ || may_send_()); }

    net::Recall* recall() const noexcept { return recall_.get(); }

private:
    std::function<bool()> may_send_;
    std::shared_ptr<net::Recall> recall_;
};

}  // namespace http
