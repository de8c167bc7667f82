// One desk, a visitor before it, and a Calendly that does as the test says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "calendly/scheduling_codec.hpp"
#include "text/base64url.hpp"
#include "unit/scheduling/fixture.hpp"

namespace scheduling_test {

using scheduling::Refusal;

class Desk : public testing::Test {
protected:
    scheduling::Outcome<std::string> book(scheduling::BookingRequest request) {
        return booker().run(booker().desk().book("demo", std::move(request)));
    }
    Refusal refusal(scheduling::BookingRequest request) {
        const auto outcome = book(std::move(request));
        EXPECT_FALSE(outcome) << *outcome;
        return outcome ? Refusal{} : outcome.error();
    }
    std::string form_token() {
        auto token = booker().run(booker().desk().form_token("demo"));
        return std::string(token->at("token").as_string());
    }
    scheduling::BookingRequest visit(std::string key, std::string token, json::object with = body()) {
        auto made = request(std::move(key), std::move(with));
        made.is_server = false;
        made.form_token = std::move(token);
        return made;
    }
    // The next answers to POST /invitees are lost; the booking is made where `is_made` says so.
    void lose(std::vector<bool> is_made, unsigned status = 0) {
        outside_.calendly.on_call = [this, is_made, status,
                                     n = std::size_t{0}](const std::string& call) mutable {
            if (call != "book" || n == is_made.size()) return std::optional<api::ApiFailure>();
            if (is_made[n++]) outside_.calendly.make(next_);
            return std::optional(fakes::SchedulingApi::failure(status));
        };
        next_.start = now + 1h;
        next_.email = "ann@example.org";
        next_.tracking = {{std::string(calendly::token_member), token_of(key_a)}};
    }
    static std::string token_of(const std::string& key) {
        return scheduling::token_of_key(text::base64url_sha256("key " + key));
    }
    Booker& booker() {
        if (!booker_) booker_ = std::make_unique<Booker>(outside_, settings_);
        return *booker_;
    }
    std::size_t booked() const { return outside_.listing.meetings.size(); }

    Outside outside_;
    config::Connector settings_ = connector();
    std::unique_ptr<Booker> booker_;
    calendly::NewBooking next_;
};

}  // namespace scheduling_test
