#include "web/operator_refusal.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "operating/shapes.hpp"
#include "web/scheduling_answer.hpp"

namespace web {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_shown = 200;

}  // namespace

std::string cut_short(const std::string& text) {
    return text.substr(0, longest_shown);
}

OperatorRefusal OperatorRefusal::too_large() {
    return {413, "too_large", "Content-Length: a body has at most 64 KiB.", "Content-Length"};
}

OperatorRefusal OperatorRefusal::count_changed(std::uint64_t expected, std::uint64_t count) {
    OperatorRefusal refusal(
        409, "count_changed",
        fmt::format("expect: the filter finds {} now, not {}. Nothing was done: look again.", count,
                    expected),
        "expect");
    refusal.count_ = count;
    return refusal;
}

http::Response OperatorRefusal::answer() const {
    json::object error{{"code", code_}, {"message", operating::json_text(what())}};
    if (!field_.empty()) error["field"] = operating::json_text(field_);
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
    return OperatorRefusal(404, "not_found", "There is no " + cut_short(target) + ".").answer();
}

}  // namespace web
