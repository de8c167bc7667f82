#pragma once

#include "config/section.hpp"
#include "rules/mapping.hpp"

namespace config {

// The part of a mapping that may stand at top level, for connectors that have none of their own.
struct MappingDefaults {
    Section field_mapping;
    const rules::NumberingPlan* default_country;  // null: none is named
};

MappingDefaults read_mapping_defaults(const Section& root);

// Everything of a connector's section that says what becomes of a booking: `sync`, `event_mapping`,
// `field_mapping`, `default_country`, `cancellation`, `no_show`, `follow_links`. Throws Error.
rules::Mapping read_mapping(const Section& connector, const MappingDefaults& defaults);

}  // namespace config
