// Manual pages in the language of man(7).
#pragma once

#include <string>

#include "cli/command_tree.hpp"

namespace cli {

// "calendly-brevo-webhooks-list": what man is asked for.
std::string manual_name(const DescribedCommand& command);

// The page of a command; of one with commands below it, they are listed. `version` stands at its foot.
std::string manual_page(const DescribedCommand& command, const std::string& version);

}  // namespace cli
