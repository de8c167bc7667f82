#include "sandbox/ids.hpp"

#include <boost/uuid/uuid_generators.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace sandbox {

std::string new_id() {
    static boost::uuids::random_generator_mt19937 generate;
    return boost::uuids::to_string(generate());
}

std::string_view last_segment(std::string_view uri) {
    return uri.substr(uri.rfind('/') + 1);
}

}  // namespace sandbox
