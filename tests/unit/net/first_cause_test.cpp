#include "net/first_cause.hpp"

#include <gtest/gtest.h>

#include <boost/asio/multiple_exceptions.hpp>

namespace first_cause_test {

std::exception_ptr error(const char* words) {
    return std::make_exception_ptr(std::runtime_error(words));
}

TEST(FirstCause, IsWhatTheExceptionSays) {
    EXPECT_EQ(net::first_cause(error("no descriptor is left")), "no descriptor is left");
}

TEST(FirstCause, OfSeveralIsTheFirst) {
    using boost::asio::multiple_exceptions;
    const auto several = std::make_exception_ptr(multiple_exceptions(error("the first")));
    EXPECT_EQ(net::first_cause(several), "the first");
    EXPECT_EQ(net::first_cause(std::make_exception_ptr(multiple_exceptions(several))), "the first");
}

}  // namespace first_cause_test
