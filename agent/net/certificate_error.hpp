#pragma once

#include <boost/system/error_code.hpp>

namespace net {

// Why the other end's certificate is not accepted. `verdict` is OpenSSL's: X509_V_ERR_...
boost::system::error_code certificate_error(long verdict) noexcept;

}  // namespace net
