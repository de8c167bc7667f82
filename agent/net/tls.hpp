// TLS on a socket: who is trusted, who the other end must be, and what went wrong. OpenSSL works on the
// non-blocking socket itself, without a layer of buffers in between.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

struct ssl_ctx_st;  // SSL_CTX
struct ssl_st;      // SSL

namespace net {

struct FreeTls {
    void operator()(ssl_ctx_st* context) const noexcept;
    void operator()(ssl_st* session) const noexcept;
};

using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTls>;
using SharedTlsContext = std::shared_ptr<ssl_ctx_st>;

// PEM files; both empty: none is shown.
struct ClientCertificate {
    std::string file, key_file;
};

// For clients: TLS 1.2 or newer, the server's certificate verified against `ca_file` (PEM), or against the
// system's authorities when that is empty. Throws std::invalid_argument when a file cannot be used.
TlsContext make_client_context(const std::string& ca_file, const ClientCertificate& certificate = {});

// For clients of addresses without TLS: trusts nobody, and so takes no time to make.
TlsContext make_unused_context();

// Likewise, and the same one for everybody who asks while somebody has it: one takes about 12 KB, and an agent with
// many connectors has ten clients of each. A file that was written since is read anew. For one thread.
SharedTlsContext shared_client_context(const std::string& ca_file);
SharedTlsContext shared_unused_context();

// Whether a context without a `ca_file` has anybody to trust.
bool has_system_authorities();

// Whether a handshake failed because what the other end sent was no TLS.
bool may_lack_tls(const boost::system::error_code& error);

// One end of a connection. Works on a socket that it does not own and that must stay open meanwhile.
class TlsSession {
public:
    // What an operation came to. would_block: it is to be repeated when the socket can be read, or written.
    struct Step {
        std::size_t bytes = 0;
        boost::system::error_code error;
        bool waits_for_write = false;
    };

    // Throws std::bad_alloc.
    TlsSession(ssl_ctx_st& context, int socket);

    // The server must show a certificate for `host`, a name or an IP address; a name is told to it (SNI).
    boost::system::error_code be_client_of(const std::string& host);
    void be_server();

    Step shake_hands();  // an error about the certificate says why: certificate_error()
    Step read(char* data, std::size_t size);
    // After would_block the same bytes are to be written again; more may follow them then.
    Step write(std::string_view bytes);

    // Likewise, but what is read stays to be read. TLS's own messages are taken off the socket, and are
    // nothing.
    Step peek();

    // Whether something has come that is not read yet, though the socket itself may have nothing; a part of a
    // record counts.
    bool has_pending() const noexcept;

    // Tells the other end that nothing more will be written.
    void say_goodbye();

    // OpenSSL's opinion of the other end's certificate: X509_V_OK, or X509_V_ERR_...
    long certificate_verdict() const noexcept;

private:
    Step step(int result, std::size_t bytes) const;

    std::unique_ptr<ssl_st, FreeTls> session_;
};

}  // namespace net
