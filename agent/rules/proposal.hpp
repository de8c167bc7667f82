// What `setup` proposes to somebody who has configured nothing yet: names for event types, lists of the same
// name, and attributes for what a booking says.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "brevo/list.hpp"
#include "calendly/listing_types.hpp"
#include "rules/account_check.hpp"

namespace rules {

// One of field_mapping: a source, or a question of the event types.
struct ProposedField {
    std::string source;  // "status", or the question's text
    bool is_question = false;
    std::string attribute;               // "": none
    std::string kind{};                  // of a question, as Calendly calls it
    std::vector<std::string> choices{};  // of a question that has them
};

// The questions once each, whatever their punctuation, in the order of the event types.
std::vector<calendly::Question> distinct_questions(const std::vector<calendly::ListedEventType>& types);

// What is usual first, then what the account has an attribute for, then the questions. Only attributes that
// can hold the value; those that the account lacks are to be made.
std::vector<ProposedField> propose_fields(const std::vector<calendly::Question>& questions,
                                          const AccountAttributes& attributes);

// Why the attribute cannot hold what the field says; "" when it can, or when the account lacks it.
std::string mistake_in_attribute(const ProposedField& field, const std::string& attribute,
                                 const AccountAttributes& attributes);

FieldMapping field_mapping_of(const std::vector<ProposedField>& fields);

// "Discovery Call" -> "discovery_call"; none that is taken.
std::string mapping_name(std::string_view event_type, const std::set<std::string>& taken);

// The one list that has this name, whatever its case. The oldest of several.
std::optional<brevo::ListId> list_named(std::string_view name, const std::vector<brevo::List>& lists);

}  // namespace rules
