// What comes to /v1/scheduling/ and /book/, changed at random: paths, queries, headers and bodies of every
// call, against a desk on fakes. An input is a few requests, with "---" between them: a line "POST
// /v1/scheduling/bookings", lines of headers, an empty line, the body. {token}, {id}, {cancel} stand for a
// form's token that is good and for what the booking before was given. Nothing is a crash; every answer is
// one of the contract's, with JSON where it is an error; nobody's input is an answer 5xx; what a browser of
// another site may not read stays unread; what Calendly is told has no control characters.
//
// CALENDLY_BREVO_CALLS=1000000 build/unit_tests --gtest_filter=SchedulingCalls.*     as many inputs
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <boost/json.hpp>

#include "http/router.hpp"
#include "rules/booking_fields.hpp"
#include "unit/scheduling/fixture.hpp"
#include "unit/web/scheduling_requests.hpp"
#include "web/book_pages.hpp"
#include "web/scheduling_api.hpp"

namespace scheduling_calls_test {

namespace json = boost::json;
using namespace scheduling_requests;
using namespace std::chrono_literals;

// A rule that no input may break.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};
void require(bool holds, const char* rule) {
    if (!holds) throw Broken(rule);
}

constexpr std::size_t most_requests = 4;
constexpr unsigned long usual_inputs = 3000;
constexpr const char* own_origin = "https://www.example.com";

void fill_in(std::string& text, std::string_view name, const std::string& value) {
    for (auto at = text.find(name); at != text.npos; at = text.find(name, at + value.size()))
        text.replace(at, name.size(), value);
}

// Everything that a type can ask of a visitor.
void dress(calendly::BookableType& type) {
    type.owner = "https://api.calendly.com/users/harriet";
    type.questions = {{"Company", "string", {}, 0, false, false},
                      {"More", "text", {}, 1, false, false},
                      {"Phone", "phone_number", {}, 2, false, false},
                      {"Size", "single_select", {"small", "big"}, 3, false, false},
                      {"Topics", "multi_select", {"sea", "wood"}, 4, false, true}};
    type.locations = {{"physical", "1 High St"}, {"outbound_call", ""}, {"zoom_conference", ""}};
}

class Site {
public:
    Site() : booker_(dressed(outside_)) {
        auto token = booker_.run(booker_.desk().form_token("demo"));
        token_ = token->at("token").as_string();
        outside_.time += 4s;
        web::add_book_pages(pages_, [this] { return std::vector{&booker_.desk().site()}; });
    }

    http::Response answer(Ask ask) {
        for (auto* text : {&ask.target, &ask.body}) fill_in_all(*text);
        http::Request request(ask.verb, ask.target, 11);
        for (auto& [name, value] : ask.headers) {
            fill_in_all(value);
            request.set(name, value);
        }
        request.set("X-Peer", "127.0.0.1");
        request.body() = std::move(ask.body);
        if (!is_api(ask.target)) return booker_.run(pages_.answer(std::move(request)));
        auto response = booker_.run(api_.answer(std::move(request)));
        if (response.result_int() == 201) note_booking(response.body());
        return response;
    }
    static bool is_api(std::string_view target) { return target.starts_with("/v1/scheduling/"); }
    const std::vector<calendly::NewBooking>& told() const { return outside_.calendly.sent; }

private:
    static scheduling_test::Outside& dressed(scheduling_test::Outside& outside) {
        dress(outside.calendly.type);
        return outside;
    }
    void fill_in_all(std::string& text) const {
        fill_in(text, "{token}", token_);
        fill_in(text, "{id}", id_);
        fill_in(text, "{cancel}", cancel_);
    }
    void note_booking(const std::string& body) {
        const auto booked = json::parse(body).as_object();
        if (!booked.contains("id")) return;  // a link
        id_ = booked.at("id").as_string();
        cancel_ = booked.at("cancel_token").as_string();
    }

    scheduling_test::Outside outside_;
    scheduling_test::Booker booker_;
    web::SchedulingApi api_{[this] { return std::vector<scheduling::Desk*>{&booker_.desk()}; }, "let-me-in",
                            "X-Peer"};
    http::Router pages_;
    std::string token_, id_ = "E.I", cancel_ = "none";
};

void require_headers(const Ask& ask, const http::Response& response) {
    for (const auto& field : response) {
        const std::string_view value(field.value().data(), field.value().size());
        require(is_one_line(value), "a header of an answer is one line");
    }
    const auto allowed = response[http::Field::access_control_allow_origin];
    if (!Site::is_api(ask.target)) return;
    require(allowed.empty() || allowed == own_origin, "only listed origins may read");
}

const std::map<unsigned, std::set<std::string_view>> codes = {{400, {"invalid"}},
                                                              {403, {"forbidden"}},
                                                              {404, {"not_bookable"}},
                                                              {405, {"invalid"}},
                                                              {409, {"taken", "in_progress", "group"}},
                                                              {422, {"invalid"}},
                                                              {429, {"limited"}}};

void require_error(unsigned status, const json::object& error) {
    const auto code = error.at("code").as_string();
    require(codes.at(status).contains(std::string_view(code.data(), code.size())),
            "a code goes with its status");
    require(!error.at("message").as_string().empty(), "an error has words");
    if (status == 422) require(error.contains("field"), "what is wrong is said of a field");
    const bool is_stuck = code == "taken" || code == "limited";
    if (is_stuck) require(error.contains("scheduling_url"), "there is a way out");
    if (code == "taken") require(error.at("alternatives").as_array().size() <= 3, "three at most");
    for (const auto& [name, value] : error) {
        const auto* text = value.if_string();
        if (text) require(rules::mistake_in({text->data(), text->size()}, 4000, false).empty(), "a line");
    }
}

void require_answer(const Ask& ask, const http::Response& response) {
    require_headers(ask, response);
    const auto status = response.result_int();
    const bool is_good = status == 200 || status == 201 || status == 204 || status == 302 || status == 304;
    require(is_good || codes.contains(status), "a status of the contract");
    if (!Site::is_api(ask.target)) return;
    require(status != 302 && status != 304, "the API sends nobody elsewhere");
    if (status == 204) return require(response.body().empty(), "nothing is nothing");
    boost::system::error_code error;
    const auto body = json::parse(response.body(), error);
    require(!error, "every answer is JSON");
    if (status == 429) require(!response[http::Field::retry_after].empty(), "until when");
    if (!is_good) require_error(status, body.at("error").as_object());
}

void require_told(const calendly::NewBooking& booking) {
    for (const auto* line : {&booking.email, &booking.name, &booking.first_name, &booking.last_name,
                             &booking.timezone, &booking.text_reminder_number})
        require(rules::mistake_in(*line, 1000, false).empty(), "Calendly is told lines");
    require(booking.start > scheduling_test::now, "a start is to come");
    require(booking.email != "harriet@example.com", "nobody books with themselves");
    require(booking.guests.size() <= 10, "ten guests");
}

// What is said of the input that breaks a rule.
void try_input(std::string_view text) {
    Site site;
    for (std::size_t i = 0; i < most_requests && !text.empty(); ++i) {
        const auto end = std::min(text.find("\n---\n"), text.size());
        auto ask = read_ask(text.substr(0, end));
        text.remove_prefix(std::min(end + 5, text.size()));
        if (ask) require_answer(*ask, site.answer(*ask));
    }
    for (const auto& booking : site.told()) require_told(booking);
}

TEST(SchedulingCalls, TheFirstSeedIsABookingThatIsCanceled) {
    Site site;
    std::vector<unsigned> answers;
    std::string_view text = seeds().front();
    while (!text.empty()) {
        const auto end = std::min(text.find("\n---\n"), text.size());
        answers.push_back(site.answer(*read_ask(text.substr(0, end))).result_int());
        text.remove_prefix(std::min(end + 5, text.size()));
    }
    EXPECT_EQ(answers, (std::vector<unsigned>{201, 200, 204, 204}));
    EXPECT_EQ(site.told().size(), 1u);
}

TEST(SchedulingCalls, WhateverIsSentTheAnswerIsOneOfTheContracts) {
    for (const auto& seed : seeds()) ASSERT_NO_THROW(try_input(seed)) << seed;
    const char* wanted = std::getenv("CALENDLY_BREVO_CALLS");
    const auto inputs = wanted ? std::strtoul(wanted, nullptr, 10) : usual_inputs;
    std::mt19937_64 random(wanted ? std::random_device()() : 20261128);
    for (unsigned long i = 0; i < inputs; ++i) {
        const auto text = changed(random);
        try {
            try_input(text);
        } catch (const std::exception& broken) {
            FAIL() << "broken: " << broken.what() << "\n" << text;
        }
    }
}

}  // namespace scheduling_calls_test
