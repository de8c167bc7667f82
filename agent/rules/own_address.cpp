#include "rules/own_address.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "text/text.hpp"

namespace rules {
namespace {

// As text::words_of() writes them; forms are made in many languages.
constexpr std::array<std::string_view, 31> address_words = {
    "email",      "emails", "mail",           "mailbox",     "courriel",     "mél",
    "mel",        "correo", "emailadresse",   "mailadresse", "emailadress",  "mailadres",
    "emailadres", "posta",  "eposta",         "epost",       "epostadress",  "epostadresse",
    "sähköposti", "почта",  "почты",          "почту",       "邮箱",         "电子邮件",
    "電子メール", "メール", "メールアドレス", "courrier",    "électronique", "electrónico",
    "elettronica"};

constexpr std::array<std::string_view, 66> words_of_others = {
    "manager",     "managers",     "boss",        "supervisor", "colleague",   "colleagues", "coworker",
    "coworkers",   "teammate",     "friend",      "friends",    "referrer",    "referral",   "referred",
    "referring",   "refer",        "recommended", "partner",    "partners",    "spouse",     "husband",
    "wife",        "assistant",    "parent",      "parents",    "mother",      "father",     "child",
    "son",         "daughter",     "guest",       "guests",     "guardian",    "attendee",   "attendees",
    "participant", "participants", "additional",  "other",      "others",      "another",    "else",
    "someone",     "somebody",     "secondary",   "alternate",  "alternative", "cc",         "emergency",
    "billing",     "invoice",      "invoices",    "accounting", "accountant",  "colega",     "jefe",
    "amigo",       "amie",         "ami",         "collègue",   "responsable", "conjoint",   "kollege",
    "kollegin",    "vorgesetzter", "parrain"};

// They say nothing of whose address it is.
constexpr std::array<std::string_view, 60> fillers = {"your",
                                                      "my",
                                                      "the",
                                                      "a",
                                                      "an",
                                                      "is",
                                                      "what",
                                                      "whats",
                                                      "s",
                                                      "e",
                                                      "id",
                                                      "please",
                                                      "enter",
                                                      "provide",
                                                      "address",
                                                      "addresses",
                                                      "work",
                                                      "business",
                                                      "company",
                                                      "corporate",
                                                      "professional",
                                                      "personal",
                                                      "private",
                                                      "primary",
                                                      "main",
                                                      "best",
                                                      "preferred",
                                                      "contact",
                                                      "required",
                                                      "optional",
                                                      "valid",
                                                      "own",
                                                      "can",
                                                      "we",
                                                      "have",
                                                      "in",
                                                      "no",
                                                      "votre",
                                                      "mon",
                                                      "adresse",
                                                      "professionnelle",
                                                      "professionnel",
                                                      "quelle",
                                                      "quel",
                                                      "est",
                                                      "de",
                                                      "ihre",
                                                      "deine",
                                                      "meine",
                                                      "ihr",
                                                      "bitte",
                                                      "tu",
                                                      "su",
                                                      "mi",
                                                      "dirección",
                                                      "indirizzo",
                                                      "endereço",
                                                      "seu",
                                                      "uw",
                                                      "jouw"};

std::vector<std::string> split(const std::string& words) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin < words.size();) {
        const auto end = std::min(words.find(' ', begin), words.size());
        parts.push_back(words.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

bool is_one_of(const auto& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

}  // namespace

Ownership ownership_asked_by(std::string_view question) {
    const auto words = split(text::words_of(question));
    const auto is_of_others = [](const auto& word) { return is_one_of(words_of_others, word); };
    if (std::ranges::any_of(words, is_of_others)) return Ownership::of_somebody_else;
    const auto is_address = [](const auto& word) { return is_one_of(address_words, word); };
    if (std::ranges::none_of(words, is_address)) return Ownership::unsaid;
    const auto says_no_more = [&](const auto& word) { return is_address(word) || is_one_of(fillers, word); };
    return std::ranges::all_of(words, says_no_more) ? Ownership::own : Ownership::address;
}

}  // namespace rules
