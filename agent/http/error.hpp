// What goes wrong between HTTP's two ends and has no name in Asio or Beast.
#pragma once

#include <type_traits>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>

namespace http {

enum class Trouble {
    unasked = 1  // the other end spoke, or left, before it was asked anything
};

boost::system::error_code make_error_code(Trouble trouble);

}  // namespace http

template <>
struct boost::system::is_error_code_enum<http::Trouble> : std::true_type {};
