// TLS to Redis, with nginx's own OpenSSL wrapper.
#pragma once

#include <optional>
#include <string>

#include "ngx_module/ngx.hpp"

namespace edge::redis {

// calendly_redis_trusted_certificate, _certificate, _certificate_key and _verify. Paths of PEM files.
struct TlsOptions {
    std::string trusted_certificate;  // empty: the system's
    std::string certificate;          // empty: none is shown
    std::string certificate_key;
    bool verify = true;
    bool operator==(const TlsOptions&) const = default;
};

// Lives as long as the configuration. Throws std::invalid_argument when a file cannot be used (nginx has
// logged why), or when this nginx was built without TLS.
ngx_ssl_t* make_tls(ngx_conf_t* cf, const TlsOptions& options);

// Who must be at the other end.
struct TlsPeer {
    ngx_ssl_t* tls = nullptr;  // null: no TLS at all
    std::string host;
    bool host_is_name = true;  // not an IP address
    bool verify = true;
};

// Readies a connected socket, which must have a pool, for handshake_tls(). False when OpenSSL refuses.
bool prepare_tls(ngx_connection_t& connection, const TlsPeer& peer);

// NGX_AGAIN: call it again at the next event; it has taken the connection's handlers. Every other return: the
// handshake has ended, tls_problem() says how.
ngx_int_t handshake_tls(ngx_connection_t& connection);

// Why the handshake came to nothing, for the log; nothing when all is well.
std::optional<std::string> tls_problem(const ngx_connection_t& connection, const TlsPeer& peer);

// Closes TLS at once, without waiting for the server to agree.
void close_tls(ngx_connection_t& connection);

}  // namespace edge::redis
