#pragma once

#include <string>

#include <boost/asio/ssl/context.hpp>

namespace net {

// PEM files; both empty: none is shown.
struct ClientCertificate {
    std::string file, key_file;
};

// For clients: TLS 1.2 or newer, the server's certificate verified against `ca_file` (PEM), or against the
// system's authorities when that is empty. Throws std::invalid_argument when a file cannot be used.
boost::asio::ssl::context make_client_context(const std::string& ca_file,
                                              const ClientCertificate& certificate = {});

}  // namespace net
