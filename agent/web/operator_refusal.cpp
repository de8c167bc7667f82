#include "web/operator_refusal.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "text/unicode.hpp"
#include "web/scheduling_answer.hpp"

namespace web {
namespace {

namespace json = boost::json;

// What somebody sent may stand in it.
json::string in_utf8(std::string_view text) {
    const auto valid = text::valid_utf8(text);
    return json::string(valid.data(), valid.size());
}

}  // namespace

OperatorRefusal OperatorRefusal::count_changed(std::uint64_t expected, std::uint64_t count) {
    OperatorRefusal refusal(
        409, "count_changed",
        fmt::format("expect: the filter finds {} now, not {}. Nothing was done: look again.", count, expected),
        "expect");
    refusal.count_ = count;
    return refusal;
}

http::Response OperatorRefusal::answer() const {
    json::object error{{"code", code_}, {"message", in_utf8(what())}};
    if (!field_.empty()) error["field"] = in_utf8(field_);
    if (count_) error["count"] = *count_;
    auto response = json_answer(status_, json::serialize(json::object{{"error", std::move(error)}}));
    if (status_ == 401) response.set(http::Field::www_authenticate, "Bearer");
    return response;
}

http::Response refusal_of_router(http::Response response, const std::string& target) {
    if (response[http::Field::content_type] != "text/plain") return response;
    if (response.result() == boost::beast::http::status::method_not_allowed) {
        const std::string allowed(response[http::Field::allow]);
        auto refusal =
            OperatorRefusal(405, "method_not_allowed", "This path has only the methods " + allowed + ".")
                .answer();
        refusal.set(http::Field::allow, allowed);
        return refusal;
    }
    return OperatorRefusal(404, "not_found", "There is no " + target.substr(0, 200) + ".").answer();
}

}  // namespace web
