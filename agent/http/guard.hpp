#pragma once

#include <functional>

namespace http {

// Asked at the last moment, when all waiting is over: false withholds the request.
using Guard = std::function<bool()>;

}  // namespace http
