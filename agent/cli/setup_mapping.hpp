// What `setup` asks about the mapping: which list a booking joins, which attribute an answer goes into.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/questions.hpp"
#include "cli/setup_draft.hpp"
#include "rules/proposal.hpp"

namespace cli {

// A list of Brevo, or one that is to be made.
struct ChosenList {
    brevo::ListId id = 0;
    std::string to_make;  // its name; "": there is one already, or none is wanted

    // As it stands in connector.yaml; of one that is to be made, what it will be.
    std::string text() const;
};

struct ChosenType {
    config::ConnectorFile::Type type;  // without its list
    ChosenList list;
};

// What is usual for an event type, by its URI, where a configuration is there already.
using FormerLists = std::map<std::string, brevo::ListId>;

// `makes_lists`: a list for each event type is usual, a new one where none has its name.
std::vector<ChosenType> ask_for_lists(Questions& questions, const SetupCalendly& calendly,
                                      const SetupBrevo& brevo, const FormerLists& former, bool makes_lists);

struct ChosenFields {
    rules::FieldMapping mapping;
    std::vector<std::string> to_make;  // attributes
};

ChosenFields ask_for_fields(Questions& questions, const SetupCalendly& calendly, const SetupBrevo& brevo);

}  // namespace cli
