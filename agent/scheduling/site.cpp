#include "scheduling/site.hpp"

#include <algorithm>

namespace scheduling {

std::string id_of_type(const std::string& uri) {
    return uri.substr(uri.rfind('/') + 1);
}

Site::Site(const config::Connector& settings)
    : connector(settings.name), allow_origins(settings.scheduling.allow_origins) {
    for (const auto& uri : settings.scheduling.event_types) types.push_back(id_of_type(uri));
    for (const auto& mapping : settings.mapping.event_mapping)
        names.emplace_back(mapping.name, id_of_type(mapping.event_type_uri));
}

bool Site::has_type(std::string_view id) const {
    return std::ranges::find(types, id) != types.end();
}

std::string Site::type_named(std::string_view name) const {
    const auto named = std::ranges::find(names, name, [](const auto& pair) { return pair.first; });
    return named == names.end() || !has_type(named->second) ? std::string() : named->second;
}

}  // namespace scheduling
