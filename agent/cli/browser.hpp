#pragma once

#include <string>

namespace cli {

// Opens the address in the browser of whoever sits before this machine, if anybody does. Nothing is said of
// how that ends.
void open_browser(const std::string& address);

}  // namespace cli
