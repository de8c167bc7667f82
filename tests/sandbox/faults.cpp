#include "sandbox/faults.hpp"

namespace sandbox {
namespace {

constexpr Api apis[] = {Api::calendly, Api::brevo, Api::webhooks};

bool matches(const Fault& fault, Api api, std::string_view method, std::string_view path) {
    return fault.api == api && (fault.method.empty() || fault.method == method) &&
           path.starts_with(fault.path_prefix);
}

std::optional<Api> parse_api(std::string_view name) {
    for (const auto api : apis)
        if (to_text(api) == name) return api;
    return std::nullopt;
}

FaultAction::Cut read_cut(Fields& fields) {
    const auto cut = fields.text("cut");
    if (!cut) return FaultAction::Cut::none;
    if (*cut == "before") return FaultAction::Cut::before;
    if (*cut == "after") return FaultAction::Cut::after;
    fields.fail("cut", "must be before or after");
    return FaultAction::Cut::none;
}

FaultAction read_action(const json::object& object, Fields& outer) {
    Fields fields(object);
    FaultAction action;
    fields.only({"delay_ms", "status", "body", "headers", "cut"});
    action.delay = std::chrono::milliseconds(fields.integer("delay_ms").value_or(0));
    const auto status = fields.integer("status");
    if (status && (*status < 200 || *status > 599)) fields.fail("status", "must be 200 to 599");
    if (status) action.status = static_cast<unsigned>(*status);
    if (const auto* body = object.if_contains("body")) action.body = *body;
    if (const auto* headers = fields.object("headers")) action.headers = *headers;
    for (const auto& header : action.headers)
        if (!header.value().is_string()) fields.fail("headers", "must be strings");
    action.cut = read_cut(fields);
    if (action.delay.count() <= 0 && !status && action.cut == FaultAction::Cut::none)
        fields.fail("delay_ms", "or status or cut must be given");
    for (const auto& error : fields.errors()) outer.fail("action." + error.parameter, error.message);
    return action;
}

void read_match(const json::object& object, Fields& outer, Fault& fault) {
    Fields fields(object);
    fields.only({"method", "path_prefix"});
    fault.method = fields.text("method").value_or("");
    fault.path_prefix = fields.text("path_prefix").value_or("");
    for (const auto& error : fields.errors()) outer.fail("match." + error.parameter, error.message);
}

}  // namespace

std::string_view to_text(Api api) {
    switch (api) {
        case Api::calendly:
            return "calendly";
        case Api::brevo:
            return "brevo";
        case Api::webhooks:
            return "webhooks";
    }
    return "";
}

Fault read_fault(Fields& fields) {
    Fault fault;
    fields.only({"api", "match", "skip", "times", "action"});
    const auto api = parse_api(fields.required_text("api"));
    if (!api) fields.fail("api", "must be calendly, brevo or webhooks");
    fault.api = api.value_or(Api::calendly);
    if (const auto* match = fields.object("match")) read_match(*match, fields, fault);
    fault.skip = fields.integer("skip").value_or(0);
    fault.times = fields.integer("times").value_or(1);
    const auto* action = fields.object("action");
    if (action) fault.action = read_action(*action, fields);
    if (!action) fields.fail("action", "can't be blank");
    return fault;
}

std::uint64_t Faults::add(Fault fault) {
    fault.id = ++last_id_;
    faults_.push_back(std::move(fault));
    return last_id_;
}

json::array Faults::list() const {
    json::array list;
    for (const auto& fault : faults_)
        list.push_back({{"id", fault.id},
                        {"api", to_text(fault.api)},
                        {"method", fault.method},
                        {"path_prefix", fault.path_prefix},
                        {"skip", fault.skip},
                        {"times", fault.times}});
    return list;
}

std::optional<FaultAction> Faults::take(Api api, std::string_view method, std::string_view path) {
    for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
        if (!matches(*fault, api, method, path)) continue;
        if (fault->skip > 0) {
            --fault->skip;
            continue;
        }
        const FaultAction action = fault->action;
        if (fault->times > 0 && --fault->times == 0) faults_.erase(fault);
        return action;
    }
    return std::nullopt;
}

}  // namespace sandbox
