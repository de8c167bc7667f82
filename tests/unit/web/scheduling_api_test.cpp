// The scheduling API over HTTP: routes as its description has them, origins, tokens, forms of errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "unit/scheduling/fixture.hpp"
#include "web/assets.hpp"
#include "web/scheduling_api.hpp"

namespace scheduling_api_test {

using namespace scheduling_test;
using http::Field;
using http::Verb;
using testing::HasSubstr;

class SchedulingApi : public testing::Test {
protected:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    http::Response ask(Verb method, const std::string& target, Fields fields = {}, std::string text = {}) {
        http::Request request(method, target, 11);
        request.set("X-Peer", "127.0.0.1");
        for (const auto& [name, value] : fields) request.set(name, value);
        request.body() = std::move(text);
        return booker_.run(api_.answer(std::move(request)));
    }
    http::Response get(const std::string& target, Fields fields = {}) {
        return ask(Verb::get, target, std::move(fields));
    }
    http::Response book(Fields fields, const json::object& with = body()) {
        fields.emplace_back("Idempotency-Key", key_a);
        return ask(Verb::post, "/v1/scheduling/bookings", std::move(fields), json::serialize(with));
    }
    static json::object error(const http::Response& response) {
        return json::parse(response.body()).at("error").as_object();
    }
    const std::pair<std::string, std::string> bearer_{"Authorization", "Bearer let-me-in"};

    Outside outside_;
    Booker booker_{outside_};
    web::SchedulingApi api_{[this] { return std::vector<scheduling::Desk*>{&booker_.desk()}; }, "let-me-in",
                            "X-Peer"};
};

TEST_F(SchedulingApi, IsWhatItsDescriptionSays) {
    const auto described = json::parse(get("/v1/scheduling/openapi.json").body());
    std::set<std::pair<std::string, std::string>> in_description, in_router;
    for (const auto& path : described.at("paths").as_object())
        for (const auto& method : path.value().as_object())
            in_description.emplace(std::string(method.key()), std::string(path.key()));
    for (const auto& route : api_.routes())
        in_router.emplace(route.method == Verb::get ? "get" : "post", std::string(route.pattern));
    EXPECT_EQ(in_description, in_router);
    EXPECT_EQ(described.at("openapi"), "3.1.0");
}

// Every answer that the description promises has the members that it requires.
void expect_required(const json::value& described, const json::value& schema, const json::value& actual,
                     const std::string& where) {
    if (const auto* reference = schema.as_object().if_contains("$ref")) {
        const std::string name(reference->as_string());
        const auto& named = described.at("components").at("schemas").at(name.substr(name.rfind('/') + 1));
        return expect_required(described, named, actual, where);
    }
    if (const auto* items = schema.as_object().if_contains("items"))
        for (const auto& item : actual.as_array()) expect_required(described, *items, item, where + "[]");
    if (const auto* all = schema.as_object().if_contains("allOf"))
        for (const auto& part : all->as_array()) expect_required(described, part, actual, where);
    const auto* required = schema.as_object().if_contains("required");
    if (!required || !actual.is_object()) return;
    for (const auto& name : required->as_array())
        EXPECT_TRUE(actual.as_object().contains(name.as_string())) << where << "." << name.as_string();
    if (const auto* members = schema.as_object().if_contains("properties");
        members && !schema.as_object().contains("allOf"))
        for (const auto& member : actual.as_object()) {
            const auto* known = members->as_object().if_contains(member.key());
            if (!known) continue;
            expect_required(described, *known, member.value(), where + "." + std::string(member.key()));
        }
}

TEST_F(SchedulingApi, AnswersHaveTheShapesOfItsDescription) {
    const auto described = json::parse(get("/v1/scheduling/openapi.json").body());
    const auto check = [&](const http::Response& response, const char* path, const char* method) {
        const auto& answers = described.at("paths").at(path).at(method).at("responses");
        const auto code = std::to_string(response.result_int());
        ASSERT_TRUE(answers.as_object().contains(code)) << path << " " << code << " " << response.body();
        if (code == "204") return;
        const auto& schema = answers.at(code).at("content").at("application/json").at("schema");
        expect_required(described, schema, json::parse(response.body()), path);
    };
    outside_.calendly.type.questions = {{"Topic", "single_select", {"sea"}, 0, false, true}};
    outside_.calendly.type.locations = {{"physical", "1 High St"}, {"outbound_call", ""}};
    check(get("/v1/scheduling/event-types"), "/v1/scheduling/event-types", "get");
    check(get("/v1/scheduling/event-types?connector=x"), "/v1/scheduling/event-types", "get");
    check(get("/v1/scheduling/available-times?event_type=demo"), "/v1/scheduling/available-times", "get");
    check(get("/v1/scheduling/available-times"), "/v1/scheduling/available-times", "get");
    check(get("/v1/scheduling/form-token?event_type=demo"), "/v1/scheduling/form-token", "get");
    auto with = body();
    with["location"] = {{"kind", "physical"}};
    const auto made = book({bearer_}, with);
    EXPECT_EQ(made.result_int(), 201u) << made.body();
    check(made, "/v1/scheduling/bookings", "post");
    check(book({}), "/v1/scheduling/bookings", "post");
    check(book({bearer_}), "/v1/scheduling/bookings", "post");
    const auto answer = json::parse(made.body());
    const auto path = "/v1/scheduling/bookings/" + std::string(answer.at("id").as_string());
    const auto token = std::string(answer.at("cancel_token").as_string());
    check(get(path + "?cancel_token=" + token), "/v1/scheduling/bookings/{id}", "get");
    check(get(path + "?cancel_token=x"), "/v1/scheduling/bookings/{id}", "get");
    check(ask(Verb::post, path + "/cancel", {}, json::serialize(json::object{{"cancel_token", token}})),
          "/v1/scheduling/bookings/{id}/cancel", "post");
    check(ask(Verb::post, "/v1/scheduling/links", {}, "{}"), "/v1/scheduling/links", "post");
}

TEST_F(SchedulingApi, APageOfAnotherOriginReadsNothingAndBooksNothing) {
    const auto allowed = get("/v1/scheduling/event-types", {{"Origin", "https://www.example.com"}});
    EXPECT_EQ(allowed[Field::access_control_allow_origin], "https://www.example.com");
    EXPECT_EQ(allowed[Field::vary], "Origin");
    EXPECT_EQ(get("/v1/scheduling/event-types", {{"Origin", "https://evil.example"}})
                  .count(Field::access_control_allow_origin),
              0u);
    const auto token = json::parse(get("/v1/scheduling/form-token?event_type=demo").body());
    outside_.time += 5s;
    const std::pair<std::string, std::string> form{"X-Form-Token",
                                                   std::string(token.at("token").as_string())};
    EXPECT_EQ(book({form, {"Origin", "https://evil.example"}}).result_int(), 403u);
    EXPECT_EQ(book({form, {"Origin", "null"}}).result_int(), 403u);
    EXPECT_EQ(book({form, {"Origin", "https://book.example.com"}, {"Host", "book.example.com"}}).result_int(),
              201u)
        << "the page's own origin";
}

TEST_F(SchedulingApi, APreflightIsAnsweredToListedOrigins) {
    const auto preflight = [this](const char* origin) {
        return ask(Verb::options, "/v1/scheduling/bookings",
                   {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}});
    };
    const auto answer = preflight("https://www.example.com");
    EXPECT_EQ(answer.result_int(), 204u);
    EXPECT_THAT(std::string(answer[Field::access_control_allow_headers]),
                HasSubstr("Idempotency-Key, X-Form-Token"));
    EXPECT_EQ(answer.count(Field::access_control_allow_credentials), 0u);
    EXPECT_EQ(preflight("https://evil.example").result_int(), 403u);
}

TEST_F(SchedulingApi, ErrorsAreJsonInEveryCase) {
    EXPECT_EQ(get("/v1/scheduling/none").result_int(), 404u);
    EXPECT_EQ(error(get("/v1/scheduling/none")).at("code"), "not_bookable");
    const auto wrong = ask(Verb::delete_, "/v1/scheduling/bookings");
    EXPECT_EQ(wrong.result_int(), 405u);
    EXPECT_EQ(error(wrong).at("code"), "invalid");
    for (const auto* text : {"", "[]", "{", "\"x\""}) {
        const auto answer = ask(Verb::post, "/v1/scheduling/bookings", {bearer_}, text);
        EXPECT_EQ(answer.result_int(), 400u) << text;
        EXPECT_EQ(error(answer).at("code"), "invalid");
    }
    outside_.calendly.on_call = [](const std::string&) {
        return std::optional(fakes::SchedulingApi::failure(503));
    };
    const auto down = get("/v1/scheduling/available-times?event_type=demo");
    EXPECT_EQ(down.result_int(), 503u);
    EXPECT_NE(down[Field::retry_after], "");
    EXPECT_EQ(down[Field::cache_control], "no-store");
}

TEST_F(SchedulingApi, AMemberThatNobodyKnowsIsRefusedInEveryBody) {
    const auto refused = [](const http::Response& response) {
        EXPECT_EQ(response.result_int(), 422u) << response.body();
        return std::string(error(response).at("field").as_string());
    };
    auto with = body();
    with["e_mail"] = "x";
    EXPECT_EQ(refused(book({bearer_}, with)), "e_mail");
    with.erase("e_mail");
    with[""] = "x";
    EXPECT_EQ(refused(book({bearer_}, with)), "\"\"");
    EXPECT_EQ(refused(ask(Verb::post, "/v1/scheduling/links", {bearer_},
                          R"({"event_type": "demo", "count": 2})")),
              "count");
    EXPECT_EQ(refused(ask(Verb::post, "/v1/scheduling/bookings/E.I/cancel", {},
                          R"({"cancel_token": "x", "for_all": true})")),
              "for_all");
}

TEST_F(SchedulingApi, AFieldThatStandsTwiceIsNone) {
    const auto twice = [this](const char* name, const std::string& one, const std::string& other) {
        http::Request request(Verb::post, "/v1/scheduling/bookings", 11);
        request.set(bearer_.first, bearer_.second);
        request.set("Idempotency-Key", key_a);
        request.set(name, one);
        request.insert(name, other);
        request.body() = json::serialize(body());
        return booker_.run(api_.answer(std::move(request)));
    };
    const auto keys = twice("Idempotency-Key", key_a, key_b);
    EXPECT_EQ(keys.result_int(), 422u) << keys.body();
    EXPECT_EQ(error(keys).at("field"), "Idempotency-Key");
    const auto origins = twice("Origin", "https://www.example.com", "https://evil.example");
    EXPECT_EQ(origins.count(Field::access_control_allow_origin), 0u);
    EXPECT_EQ(origins.result_int(), 201u) << "a server with the token is no browser";
}

TEST_F(SchedulingApi, LinksAndServersNeedTheAdminToken) {
    const auto link = [this](Fields fields) {
        return ask(Verb::post, "/v1/scheduling/links", std::move(fields), R"({"event_type": "demo"})")
            .result_int();
    };
    EXPECT_EQ(link({}), 403u);
    EXPECT_EQ(link({{"Authorization", "Bearer let-me-ix"}}), 403u);
    EXPECT_NE(link({bearer_}), 403u);
    const web::SchedulingApi open([this] { return std::vector<scheduling::Desk*>{&booker_.desk()}; }, "",
                                  "X-Peer");
    http::Request request(Verb::post, "/v1/scheduling/links", 11);
    request.set(Field::authorization, "Bearer ");
    request.body() = R"({"event_type": "demo"})";
    EXPECT_EQ(booker_.run(open.answer(std::move(request))).result_int(), 403u)
        << "without a token nobody has it";
}

}  // namespace scheduling_api_test
