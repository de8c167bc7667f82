// A meeting as a calendar file (RFC 5545).
#pragma once

#include <string>

#include "calendly/timestamp.hpp"

namespace rules {

struct Meeting {
    std::string id;
    std::string name;
    calendly::Timestamp start{};
    calendly::Timestamp end{};
    std::string place;        // "": none
    std::string description;  // "": none
    bool is_canceled = false;
};

// `now`: when it is written.
std::string calendar_file(const Meeting& meeting, calendly::Timestamp now);

}  // namespace rules
