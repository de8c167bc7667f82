#include "web/scheduling_answer.hpp"

#include <boost/json/serialize.hpp>

#include "scheduling/shapes.hpp"

namespace web {
namespace {

using Code = scheduling::Refusal::Code;

unsigned status_of(Code code) {
    switch (code) {
        case Code::malformed:
            return 400;
        case Code::invalid:
            return 422;
        case Code::taken:
        case Code::in_progress:
        case Code::group:
            return 409;
        case Code::not_bookable:
            return 404;
        case Code::limited:
            return 429;
        case Code::forbidden:
            return 403;
        case Code::unavailable:
            break;
    }
    return 503;
}

}  // namespace

http::Response json_answer(unsigned status, std::string body) {
    http::Response response(static_cast<boost::beast::http::status>(status), 11);
    response.set(http::Field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (status == 204) return response;
    response.set(http::Field::content_type, "application/json");
    response.body() = std::move(body);
    response.prepare_payload();
    return response;
}

http::Response refusal_answer(const scheduling::Refusal& refusal) {
    auto response =
        json_answer(status_of(refusal.code), boost::json::serialize(scheduling::to_json(refusal)));
    if (refusal.retry_after.count() > 0)
        response.set(http::Field::retry_after, std::to_string(refusal.retry_after.count()));
    return response;
}

http::Response wrong_method(std::string_view allow) {
    auto response =
        json_answer(405, R"({"error":{"code":"invalid","message":"This path has no such method."}})");
    response.set(http::Field::allow, boost::beast::string_view(allow.data(), allow.size()));
    return response;
}

}  // namespace web
