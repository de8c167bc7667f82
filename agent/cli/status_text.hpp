// The agent's status for people.
#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace cli {

// Of the JSON of GET /api/v1/status, several lines: the verdict, then each connector with its problems and
// figures.
std::string status_text(const boost::json::object& status);

}  // namespace cli
