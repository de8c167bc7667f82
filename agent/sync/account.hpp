// The attributes of the Brevo account, compared with the field mapping: what Brevo would drop silently is
// said aloud.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "brevo/types.hpp"
#include "config/configuration.hpp"
#include "sync/projection.hpp"

namespace syncing {

AccountAttributes index_by_name(std::vector<brevo::Attribute> attributes);

// The attributes that the field mapping writes.
std::set<std::string> mapped_attributes(const config::FieldMapping& mapping);

// Those of them that the account lacks.
std::vector<std::string> missing_attributes(const config::FieldMapping& mapping,
                                            const AccountAttributes& attributes);

// Those that have a type the connector cannot write.
std::vector<std::string> unwritable_attributes(const config::FieldMapping& mapping,
                                               const AccountAttributes& attributes);

// Every mapped attribute as text: for an API key that may write contacts but not read the attributes.
AccountAttributes assume_text(const config::FieldMapping& mapping);

}  // namespace syncing
