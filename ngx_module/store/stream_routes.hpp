#pragma once

#include <map>
#include <string_view>

namespace edge::store {

// Which node of a cluster takes which stream, as the nodes have told. Where there is no cluster it is empty.
// No I/O.
template <typename Node>
class StreamRoutes {
public:
    // Null: nobody has told, any node may be asked. Streams live as long as the configuration.
    Node* of(std::string_view stream) const {
        if (routes_.empty()) return nullptr;
        const auto found = routes_.find(stream);
        return found == routes_.end() ? nullptr : found->second;
    }

    void set(std::string_view stream, Node& node) { routes_.insert_or_assign(stream, &node); }
    void forget(std::string_view stream) { routes_.erase(stream); }

    // The next node that is asked for one of its streams tells who took its place.
    void forget(const Node& node) {
        std::erase_if(routes_, [&](const auto& route) { return route.second == &node; });
    }

private:
    std::map<std::string_view, Node*> routes_;
};

}  // namespace edge::store
