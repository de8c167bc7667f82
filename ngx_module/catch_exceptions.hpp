#pragma once

#include <exception>

namespace edge {

// An exception that reached nginx's C code would kill the worker: whatever may throw and is called by nginx
// runs in here.
template <typename Function, typename OnError>
auto catch_exceptions(Function&& function, OnError&& on_error) noexcept -> decltype(function()) {
    try {
        return function();
    } catch (const std::exception& error) {
        return on_error(error.what());
    } catch (...) {
        return on_error("an exception of unknown type");
    }
}

}  // namespace edge
