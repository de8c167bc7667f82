#include "sync/account.hpp"

namespace syncing {

AccountAttributes index_by_name(std::vector<brevo::Attribute> attributes) {
    AccountAttributes index;
    index["SMS"] = {"SMS", brevo::AttributeType::text, {}};  // part of every account, listed or not
    for (auto& attribute : attributes) {
        auto name = attribute.name;
        index.insert_or_assign(std::move(name), std::move(attribute));
    }
    return index;
}

std::set<std::string> mapped_attributes(const config::FieldMapping& mapping) {
    std::set<std::string> names;
    for (const auto* pairs : {&mapping.fields, &mapping.questions_and_answers})
        for (const auto& [source, name] : *pairs) names.insert(name);
    return names;
}

std::vector<std::string> missing_attributes(const config::FieldMapping& mapping,
                                            const AccountAttributes& attributes) {
    std::vector<std::string> missing;
    for (const auto& name : mapped_attributes(mapping))
        if (!attributes.contains(name)) missing.push_back(name);
    return missing;
}

std::vector<std::string> unwritable_attributes(const config::FieldMapping& mapping,
                                               const AccountAttributes& attributes) {
    std::vector<std::string> unwritable;
    for (const auto& name : mapped_attributes(mapping)) {
        const auto attribute = attributes.find(name);
        if (attribute != attributes.end() && attribute->second.type == brevo::AttributeType::other)
            unwritable.push_back(name);
    }
    return unwritable;
}

AccountAttributes assume_text(const config::FieldMapping& mapping) {
    AccountAttributes attributes;
    for (const auto& name : mapped_attributes(mapping))
        attributes[name] = {name, brevo::AttributeType::text, {}};
    return attributes;
}

}  // namespace syncing
