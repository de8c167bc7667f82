#pragma once

#include <string>
#include <string_view>

namespace sandbox {

// A random UUID: what Calendly gives new resources.
std::string new_id();

// The id at the end of a URI; an id alone is itself.
std::string_view last_segment(std::string_view uri);

}  // namespace sandbox
