#include "rules/person.hpp"

#include "rules/own_address.hpp"
#include "text/text.hpp"

namespace rules {

std::string person_of(std::string_view email) {
    return text::mailbox(email);
}

std::string person_in(const calendly::Delivery& delivery) {
    if (delivery.invitee) return person_of(delivery.invitee->email);
    if (!delivery.routing_form) return {};
    const calendly::Answer* own = nullptr;
    auto ownership = Ownership::of_somebody_else;
    for (const auto& answer : delivery.routing_form->answers) {
        if (!text::is_email(answer.answer)) continue;
        const auto asked = ownership_asked_by(answer.question);
        if (own && asked <= ownership) continue;
        own = &answer;
        ownership = asked;
    }
    return own ? person_of(own->answer) : std::string();
}

}  // namespace rules
