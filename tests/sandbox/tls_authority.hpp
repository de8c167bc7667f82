// A certificate authority made for one run, and a certificate of it for this machine.
#pragma once

#include <filesystem>
#include <string>

#include <boost/asio/ssl/context.hpp>

namespace sandbox {

struct TlsIdentity {
    std::string authority;    // PEM; what clients trust
    std::string certificate;  // PEM; for localhost, 127.0.0.1 and ::1
    std::string key;          // PEM
};

// Valid for a day from an hour ago. Throws std::runtime_error when OpenSSL refuses.
TlsIdentity make_tls_identity();

// DIR/ca.pem, DIR/server.pem and DIR/server.key, the last readable by its owner only. Makes the folder.
void write_tls_identity(const TlsIdentity& identity, const std::filesystem::path& directory);

boost::asio::ssl::context server_context(const TlsIdentity& identity);

}  // namespace sandbox
