// The configuration as it is in force: with every default, and *** for every secret.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "config/configuration.hpp"

namespace config {

// What connector.yaml would say. Of a connector that is not enabled nothing else is known.
boost::json::object show(const Configuration& configuration);

// The same as YAML, which load() reads: to the same configuration but for the secrets.
std::string show_yaml(const Configuration& configuration);

}  // namespace config
