#include "rules/person.hpp"

#include "text/text.hpp"

namespace rules {

std::string person_of(std::string_view email) {
    return text::lower_case(text::trim(email));
}

std::string person_in(const calendly::Delivery& delivery) {
    if (delivery.invitee) return person_of(delivery.invitee->email);
    if (!delivery.routing_form) return {};
    for (const auto& answer : delivery.routing_form->answers)
        if (text::is_email(answer.answer)) return person_of(answer.answer);
    return {};
}

}  // namespace rules
