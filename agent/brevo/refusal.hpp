// What Brevo's refusals look like and what they say: {code, message, metadata?}.
// https://developers.brevo.com/docs/how-it-works#error-codes
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/remedy.hpp"
#include "brevo/types.hpp"

namespace brevo {

// Its own form. A 404 is Brevo's word only with the code document_not_found: every other one is of a way that
// does not lead to what was asked for.
extern const api::RefusalForm refusal_form;

// The attributes of `contact` that a 400 is about: phone numbers that belong to somebody else or that are
// none, dates in another form, whatever the message or the metadata name. Empty when the refusal has another
// cause.
std::vector<std::string> refused_attributes(std::string_view error_body, const Contact& contact);

// The same contact was written by somebody else in this moment: with updateEnabled the next try updates it.
// Asked of a refusal that is about no attribute.
bool is_conflict(std::string_view error_body);

// Of a list, not of the contact: a 404 of this kind does not say that the contact is gone.
bool is_about_lists(std::string_view error_body);

}  // namespace brevo
