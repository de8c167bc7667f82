#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace bench {

// An HTTP/1.1 request with a Content-Length, or without a body.
struct HttpRequest {
    std::string_view method, target, body;
};

// The bytes of the first request, head and body; nothing while it is incomplete. Throws std::runtime_error
// when the client does what a server as simple as ours cannot do.
std::optional<std::string_view> first_request(std::string_view bytes);
HttpRequest parse_request(std::string_view whole);

// One accepted connection: what came and what is to go, over TLS or plain.
class ServerConnection {
public:
    // Not blocking. Plain when `tls` is null.
    ServerConnection(int socket, SSL_CTX* tls);
    ServerConnection(const ServerConnection&) = delete;
    ServerConnection& operator=(const ServerConnection&) = delete;
    ~ServerConnection();

    int socket() const { return socket_; }

    // Both give false when the client is gone.
    bool receive();  // all that is there
    bool send();     // as much as goes

    std::string& received() { return received_; }
    std::string& unsent() { return unsent_; }

    // send() could not send everything.
    bool is_waiting_to_send() const { return is_waiting_to_send_; }

private:
    struct FreeTls {
        void operator()(SSL* tls) const { ::SSL_free(tls); }
    };
    // Bytes; 0 when there is nothing to be had now, negative at the end.
    int read_some(char* to, int room);
    int write_some();
    int outcome(int result) const;

    int socket_;
    std::unique_ptr<SSL, FreeTls> tls_;
    std::string received_, unsent_;
    bool is_waiting_to_send_ = false;
};

}  // namespace bench
