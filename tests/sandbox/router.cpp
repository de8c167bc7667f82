#include "sandbox/router.hpp"

#include <boost/url.hpp>

namespace sandbox {
namespace {

bool is_capture(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{';
}

std::optional<std::map<std::string, std::string>> match(const std::vector<std::string>& pattern,
                                                        const std::vector<std::string>& segments) {
    if (pattern.size() != segments.size()) return std::nullopt;
    std::map<std::string, std::string> captured;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (is_capture(pattern[i])) {
            if (segments[i].empty()) return std::nullopt;
            captured.emplace(pattern[i].substr(1, pattern[i].size() - 2), segments[i]);
        } else if (pattern[i] != segments[i]) {
            return std::nullopt;
        }
    }
    return captured;
}

}  // namespace

std::optional<std::string> Call::parameter(const std::string& name) const {
    const auto found = query.find(name);
    if (found == query.end()) return std::nullopt;
    return found->second;
}

Answer shown(json::object body) {
    Answer answer;
    answer.body = std::move(body);
    return answer;
}

std::optional<Call> parse_call(std::string_view method, std::string_view target, std::string_view base_path) {
    if (!target.starts_with(base_path)) return std::nullopt;
    target.remove_prefix(base_path.size());
    if (!target.starts_with('/')) return std::nullopt;
    const auto parsed = boost::urls::parse_origin_form(target);
    if (!parsed) return std::nullopt;
    Call call;
    call.method = method;
    const auto question = target.find('?');
    call.path = target.substr(0, question);
    if (question != target.npos) call.query_text = target.substr(question + 1);
    for (const auto segment : parsed->segments()) call.segments.push_back(segment);
    for (const auto parameter : parsed->params())
        call.query[std::string(parameter.key)] = std::string(parameter.value);
    return call;
}

void Router::add(std::string method, std::string_view pattern, Handler handler) {
    std::vector<std::string> segments;
    for (std::size_t from = 1; from <= pattern.size();) {
        const auto slash = std::min(pattern.find('/', from), pattern.size());
        segments.emplace_back(pattern.substr(from, slash - from));
        from = slash + 1;
    }
    entries_.push_back({std::move(method), std::move(segments), std::move(handler)});
}

Router::Route Router::find(Call& call) const {
    Route route;
    for (const auto& entry : entries_) {
        auto captured = match(entry.pattern, call.segments);
        if (!captured) continue;
        if (entry.method == call.method) {
            call.captured = std::move(*captured);
            route.handler = &entry.handler;
            return route;
        }
        route.miss = Miss::wrong_method;
    }
    return route;
}

}  // namespace sandbox
