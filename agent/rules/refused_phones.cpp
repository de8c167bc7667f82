#include "rules/refused_phones.hpp"

namespace rules {

void leave_out_refused_phones(brevo::Contact& contact, Ledger& ledger) {
    std::erase_if(ledger.refused_phones, [&](const auto& refused) {
        const auto& [name, number] = refused;
        const auto offered = contact.attributes.find(name);
        if (offered == contact.attributes.end()) return false;
        if (offered->second != brevo::Value(number)) return true;
        contact.attributes.erase(offered);
        return false;
    });
}

void remember_refused_phones(const brevo::Contact& wanted, const brevo::Contact& written, Ledger& ledger) {
    for (const auto& [name, value] : wanted.attributes) {
        const auto* number = std::get_if<std::string>(&value);
        if (number && brevo::is_phone_attribute(name) && !written.attributes.contains(name))
            ledger.refused_phones[name] = *number;
    }
}

}  // namespace rules
