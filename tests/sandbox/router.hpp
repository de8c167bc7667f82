// Requests and answers without HTTP, and the table that brings one to the other.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

namespace sandbox {

namespace json = boost::json;

struct Call {
    std::string method;
    std::string path;                             // as sent, without the API's base path and the query
    std::string query_text;                       // as sent, without "?"
    std::vector<std::string> segments;            // of the path, decoded
    std::map<std::string, std::string> query;     // decoded; of a repeated name the last value
    std::map<std::string, std::string> captured;  // the pattern's {names}
    std::optional<std::string> authorization;     // the header's value
    std::optional<std::string> api_key;           // the header's value
    std::optional<std::string> user_agent;        // the header's value
    std::string content_type;
    std::string body;

    // A parameter of the query, nothing when absent.
    std::optional<std::string> parameter(const std::string& name) const;
};

struct Answer {
    unsigned status = 200;
    std::optional<json::value> body;
    std::vector<std::pair<std::string, std::string>> headers;
    json::object note;  // for the journal: what the caller is not told
};

Answer shown(json::object body);

// A call whose target is a path under `base_path`. Nothing when it is not.
std::optional<Call> parse_call(std::string_view method, std::string_view target, std::string_view base_path);

class Router {
public:
    using Handler = std::function<Answer(const Call&)>;

    // Pattern: "/scheduled_events/{event}/invitees". The first that matches is taken.
    void add(std::string method, std::string_view pattern, Handler handler);

    enum class Miss { unknown_path, wrong_method };
    struct Route {
        const Handler* handler = nullptr;  // null: see miss
        Miss miss = Miss::unknown_path;
    };
    // Fills in call.captured.
    Route find(Call& call) const;

private:
    struct Entry {
        std::string method;
        std::vector<std::string> pattern;
        Handler handler;
    };
    std::vector<Entry> entries_;
};

}  // namespace sandbox
