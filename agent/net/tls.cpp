#include "net/tls.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace net {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

void trust(ssl::context& context, const std::string& ca_file) {
    error_code error;
    if (ca_file.empty()) {
        context.set_default_verify_paths();
    } else {
        context.load_verify_file(ca_file, error);
    }
    if (error)
        throw std::invalid_argument(
            fmt::format("no certificates can be read from {}: {}", ca_file, error.message()));
}

void show(ssl::context& context, const ClientCertificate& certificate) {
    error_code error;
    context.use_certificate_chain_file(certificate.file, error);
    if (error)
        throw std::invalid_argument(
            fmt::format("no certificate can be read from {}: {}", certificate.file, error.message()));
    context.use_private_key_file(certificate.key_file, ssl::context::pem, error);
    if (error)
        throw std::invalid_argument(fmt::format("no key of the certificate in {} can be read from {}: {}",
                                                certificate.file, certificate.key_file, error.message()));
}

}  // namespace

ssl::context make_client_context(const std::string& ca_file, const ClientCertificate& certificate) {
    ssl::context context(ssl::context::tls_client);
    context.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    context.set_verify_mode(ssl::verify_peer);
    trust(context, ca_file);
    if (!certificate.file.empty()) show(context, certificate);
    return context;
}

}  // namespace net
