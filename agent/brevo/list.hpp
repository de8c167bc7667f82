// A list of contacts in Brevo.
#pragma once

#include <cstdint>
#include <string>

#include "brevo/types.hpp"

namespace brevo {

struct List {
    ListId id = 0;
    std::string name;
    std::int64_t folder = 0;  // every list is in one; 0: Brevo did not say
};

}  // namespace brevo
