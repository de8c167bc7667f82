// Whether everything could be synced now: /readyz.
#pragma once

#include <boost/json/object.hpp>

namespace operating {

struct Readiness {
    bool is_ready = false;     // every connector is
    boost::json::object json;  // each, and what it depends on
};

}  // namespace operating
