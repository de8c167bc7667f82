// What shall go wrong on command: slowness, errors, cut connections, lost answers.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "sandbox/fields.hpp"

namespace sandbox {

enum class Api { calendly, brevo, webhooks };
std::string_view to_text(Api api);

struct FaultAction {
    enum class Cut {
        none,
        before,
        after
    };  // before: nothing was done; after: it was done, the answer is lost
    std::chrono::milliseconds delay{0};
    std::optional<unsigned> status;  // answered instead of doing anything
    std::optional<json::value> body;
    json::object headers;
    Cut cut = Cut::none;
};

struct Fault {
    std::uint64_t id = 0;
    Api api = Api::calendly;
    std::string method;       // empty: any
    std::string path_prefix;  // empty: any; of a webhook: of its event's name
    std::int64_t skip = 0;    // matches to let pass first
    std::int64_t times = 1;   // -1: until removed
    FaultAction action;
};

// {api, match: {method?, path_prefix?}, skip?, times?, action: {delay_ms?, status?, body?, headers?, cut?}}
Fault read_fault(Fields& fields);

class Faults {
public:
    std::uint64_t add(Fault fault);
    void clear() { faults_.clear(); }
    json::array list() const;

    // The first fault that matches, used up once; nothing when none does.
    std::optional<FaultAction> take(Api api, std::string_view method, std::string_view path);

private:
    std::list<Fault> faults_;
    std::uint64_t last_id_ = 0;
};

}  // namespace sandbox
