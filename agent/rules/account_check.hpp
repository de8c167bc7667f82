// Compares the Brevo account with the configuration. Brevo drops values of attributes that it does not know
// without a word, and refuses a contact with a list that it does not have: here is found out in advance what
// to report.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "brevo/types.hpp"
#include "rules/mapping.hpp"

namespace rules {

// By name; an attribute that is not here does not exist in the account, and Brevo would drop its value
// silently.
using AccountAttributes = std::map<std::string, brevo::Attribute>;
using Lists = std::set<brevo::ListId>;

// What is known of the account.
struct Account {
    AccountAttributes attributes;
    Lists missing_lists;  // Brevo would refuse the whole contact for one of them; all others may be there
};

AccountAttributes index_by_name(std::vector<brevo::Attribute> attributes);

// The attributes that the field mapping writes.
std::set<std::string> mapped_attributes(const FieldMapping& mapping);

// The type in which a mapped attribute is created: counts are numbers, all else is text.
brevo::AttributeType type_to_create(const FieldMapping& mapping, std::string_view name);

// The mapped attributes that the account lacks.
std::vector<std::string> missing_attributes(const FieldMapping& mapping, const AccountAttributes& attributes);

// The mapped attributes that have a type the connector cannot write.
std::vector<std::string> unwritable_attributes(const FieldMapping& mapping,
                                               const AccountAttributes& attributes);

// Which mapped attributes are missing or unwritable, and what to do; "" when none is.
std::string attribute_problem(const FieldMapping& mapping, const AccountAttributes& attributes);

// The statuses that a category which `status` is mapped to has no option for, and what to do; "": none.
// Attributes that can hold nothing of what is mapped to them, as "AGE (number): name". Answers to questions
// may be anything, as may be what a link's address says.
std::vector<std::string> unfit_attributes(const FieldMapping& mapping, const AccountAttributes& attributes);

std::string status_problem(const Mapping& mapping, const AccountAttributes& attributes);

// Attributes that contacts were written without, for a reason that the account's owner can mend.
struct LeftOut {
    std::set<std::string> lacking;  // categories without an option for a value
    std::set<std::string> refused;  // whose values Brevo refused; no phones, which are a person's matter
};
std::string left_out_problem(const LeftOut& left_out);

// Every mapped attribute as text: for an API key that may write contacts but not read the attributes.
AccountAttributes assume_text(const FieldMapping& mapping);

// Where the configuration names each list: "event_mapping.demo.list_id".
std::map<brevo::ListId, std::vector<std::string>> configured_lists(const Mapping& mapping);

// Which configured lists are missing, where they are named, and what to do; "" when none is missing.
std::string list_problem(const Mapping& mapping, const Lists& missing);

// Those that the contact joins or leaves.
Lists lists_of(const brevo::Contact& contact);

// The contact neither joins nor leaves the lists. False: it did not before.
bool leave_out(brevo::Contact& contact, const Lists& lists);

}  // namespace rules
