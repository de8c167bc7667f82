#include "ngx_module/redis/tls.hpp"

#include <new>
#include <stdexcept>

#include "shared/redis_trouble.hpp"

namespace edge::redis {

#if (NGX_SSL)

namespace {

constexpr ngx_int_t max_chain_length = 9;

void trust(ngx_conf_t* cf, ngx_ssl_t& tls, const std::string& file) {
    if (file.empty()) {
        if (SSL_CTX_set_default_verify_paths(tls.ctx) != 1)
            throw std::invalid_argument("the system's CA certificates cannot be read");
        return;
    }
    ngx_str_t path = as_ngx_str(file);
    if (ngx_ssl_trusted_certificate(cf, &tls, &path, max_chain_length) != NGX_OK)
        throw std::invalid_argument("\"" + file +
                                    "\" of calendly_redis_trusted_certificate cannot be used (see above)");
}

void show_certificate(ngx_conf_t* cf, ngx_ssl_t& tls, const TlsOptions& options) {
    ngx_str_t certificate = as_ngx_str(options.certificate);
    ngx_str_t key = as_ngx_str(options.certificate_key);
    if (ngx_ssl_certificate(cf, &tls, &certificate, &key, nullptr) != NGX_OK)
        throw std::invalid_argument("\"" + options.certificate + "\" of calendly_redis_certificate or \"" +
                                    options.certificate_key +
                                    "\" of calendly_redis_certificate_key cannot be used (see above)");
}

int keep_verdict(int verdict, X509_STORE_CTX*) {
    return verdict;
}

// Lets OpenSSL refuse a server whose chain or name is wrong during the handshake. nginx's own callback
// accepts every chain and leaves the check to whoever asks later, so ours replaces it.
bool demand_certificate(SSL* session, const TlsPeer& peer) {
    SSL_set_verify(session, SSL_VERIFY_PEER, keep_verdict);
    if (peer.host_is_name) return SSL_set1_host(session, peer.host.c_str()) == 1;
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), peer.host.c_str()) == 1;
}

// The first words of the handshake are sent, and nothing that answers them was TLS.
bool heard_no_tls(const ngx_connection_t& connection) {
    return SSL_get_state(connection.ssl->connection) == TLS_ST_CW_CLNT_HELLO;
}

bool send_server_name(SSL* session, std::string host) {
    return SSL_set_tlsext_host_name(session, host.data()) == 1;
}

}  // namespace

ngx_ssl_t* make_tls(ngx_conf_t* cf, const TlsOptions& options) {
    auto* const tls = static_cast<ngx_ssl_t*>(ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t)));
    ngx_pool_cleanup_t* const cleanup = ngx_pool_cleanup_add(cf->pool, 0);
    if (!tls || !cleanup) throw std::bad_alloc();
    tls->log = cf->log;
    if (ngx_ssl_create(tls, NGX_SSL_TLSv1_2 | NGX_SSL_TLSv1_3, nullptr) != NGX_OK) throw std::bad_alloc();
    cleanup->handler = ngx_ssl_cleanup_ctx;
    cleanup->data = tls;
    if (options.verify) trust(cf, *tls, options.trusted_certificate);
    if (!options.certificate.empty()) show_certificate(cf, *tls, options);
    return tls;
}

bool prepare_tls(ngx_connection_t& connection, const TlsPeer& peer) {
    if (ngx_ssl_create_connection(peer.tls, &connection, NGX_SSL_BUFFER | NGX_SSL_CLIENT) != NGX_OK)
        return false;
    SSL* const session = connection.ssl->connection;
    if (peer.host_is_name && !send_server_name(session, peer.host)) return false;
    return !peer.verify || demand_certificate(session, peer);
}

ngx_int_t handshake_tls(ngx_connection_t& connection) {
    return ngx_ssl_handshake(&connection);
}

std::optional<std::string> tls_problem(const ngx_connection_t& connection, const TlsPeer& peer) {
    const long verdict = SSL_get_verify_result(connection.ssl->connection);
    const bool refused = peer.verify && verdict != X509_V_OK;
    if (connection.ssl->handshaked && !refused) return std::nullopt;
    // nginx has taken OpenSSL's own words away: it logs them as it logs its clients', and here that is quiet.
    const bool no_tls = heard_no_tls(connection);
    return shared::redis_handshake_failed({.verdict = refused ? verdict : X509_V_OK,
                                           .host = peer.host,
                                           .error = no_tls ? "" : "Redis's log says why",
                                           .may_lack_tls = no_tls});
}

void close_tls(ngx_connection_t& connection) {
    if (!connection.ssl) return;
    connection.ssl->no_wait_shutdown = 1;
    connection.ssl->no_send_shutdown = 1;
    (void)ngx_ssl_shutdown(&connection);
}

#else

ngx_ssl_t* make_tls(ngx_conf_t*, const TlsOptions&) {
    throw std::invalid_argument(
        "rediss:// needs TLS, and this module was built for an nginx without (--with-http_ssl_module)");
}

bool prepare_tls(ngx_connection_t&, const TlsPeer&) {
    return false;
}

ngx_int_t handshake_tls(ngx_connection_t&) {
    return NGX_ERROR;
}

std::optional<std::string> tls_problem(const ngx_connection_t&, const TlsPeer&) {
    return "no TLS";
}

void close_tls(ngx_connection_t&) {}

#endif

}  // namespace edge::redis
