#include "net/certificate_error.hpp"

#include <string>

#include <openssl/x509_vfy.h>

namespace net {
namespace {

// OpenSSL's own error for all of them is just "certificate verify failed".
class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "certificate"; }
    std::string message(int verdict) const override {
        return std::string("certificate verify failed: ") + X509_verify_cert_error_string(verdict);
    }
};

}  // namespace

boost::system::error_code certificate_error(long verdict) noexcept {
    static const Category category;
    return {static_cast<int>(verdict), category};
}

}  // namespace net
