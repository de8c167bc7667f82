#include "http/tls.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace http {

boost::asio::ssl::context make_client_context(const std::string& ca_file) {
    namespace ssl = boost::asio::ssl;
    ssl::context context(ssl::context::tls_client);
    context.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    context.set_verify_mode(ssl::verify_peer);
    SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_read_ahead(context.native_handle(), 1);  // a record costs one read instead of two
    boost::system::error_code error;
    if (ca_file.empty()) {
        context.set_default_verify_paths();
    } else {
        context.load_verify_file(ca_file, error);
    }
    if (error)
        throw std::invalid_argument(
            fmt::format("no certificates can be read from {}: {}", ca_file, error.message()));
    return context;
}

}  // namespace http
