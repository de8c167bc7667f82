#include "net/tls.hpp"

#include <sys/socket.h>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include "net/certificate_error.hpp"

namespace net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

error_code last_tls_error() {
    const auto code = ERR_get_error();
    if (code == 0) return make_error_code(boost::system::errc::protocol_error);
    return {static_cast<int>(code), asio::error::get_ssl_category()};
}

std::invalid_argument unusable(const std::string& what, const std::string& file) {
    return std::invalid_argument(
        fmt::format("no {} can be read from {}: {}", what, file, last_tls_error().message()));
}

std::string folder_of_authorities() {
    const char* chosen = std::getenv(X509_get_default_cert_dir_env());
    return chosen ? chosen : X509_get_default_cert_dir();
}

// Whether OpenSSL finds certificates there: under names like 4a6481c9.0, which openssl rehash makes.
bool is_hashed(const std::string& folder) {
    std::error_code error;
    for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error)) {
        const auto name = file->path().filename().string();
        if (name.size() == 10 && name.ends_with(".0") &&
            name.find_first_not_of("0123456789abcdef") == name.size() - 2)
            return true;
    }
    return false;
}

// A folder's certificates are read one by one, when a server shows one of theirs. The file with all of them
// takes 40 ms and 2 MB for each context: it is read only where there is no such folder, or when somebody
// chose it.
void trust_the_system(SSL_CTX* context) {
    SSL_CTX_set_default_verify_dir(context);
    if (std::getenv(X509_get_default_cert_file_env()) || !is_hashed(folder_of_authorities()))
        SSL_CTX_set_default_verify_file(context);
}

void trust(SSL_CTX* context, const std::string& ca_file) {
    if (ca_file.empty()) {
        trust_the_system(context);
    } else if (SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1) {
        throw unusable("certificates", ca_file);
    }
}

// By which a file that was written since is known.
struct FileState {
    std::filesystem::file_time_type written;
    std::uintmax_t size = 0;

    bool operator==(const FileState&) const = default;
};

// Of the system's authorities the file with all of them, which a context may have read.
FileState state_of(const std::string& ca_file) {
    const char* chosen = std::getenv(X509_get_default_cert_file_env());
    const std::string all = chosen ? chosen : X509_get_default_cert_file();
    const auto& file = ca_file.empty() ? all : ca_file;
    std::error_code error;  // a file that is not there is none that was written
    return {std::filesystem::last_write_time(file, error), std::filesystem::file_size(file, error)};
}

void show(SSL_CTX* context, const ClientCertificate& certificate) {
    if (SSL_CTX_use_certificate_chain_file(context, certificate.file.c_str()) != 1)
        throw unusable("certificate", certificate.file);
    if (SSL_CTX_use_PrivateKey_file(context, certificate.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        throw unusable("key of the certificate in " + certificate.file, certificate.key_file);
}

// Of TLS's own messages (certificates, tickets, new keys) over the whole life of a connection: enough for
// years.
constexpr std::size_t most_of_tls_itself = 512 * 1024;

// OpenSSL takes such messages as long as they come, within one call, in which nothing else gets its turn.
// What is too much ends the connection.
void count_own_messages(int is_sent, int, int type, const void*, std::size_t size, SSL* session, void*) {
    if (is_sent != 0 || type != SSL3_RT_HANDSHAKE) return;
    const auto total = reinterpret_cast<std::uintptr_t>(SSL_get_app_data(session)) + size;
    SSL_set_app_data(session, reinterpret_cast<char*>(total));
    if (total > most_of_tls_itself) ::shutdown(SSL_get_fd(session), SHUT_RDWR);
}

}  // namespace

void FreeTls::operator()(ssl_ctx_st* context) const noexcept {
    SSL_CTX_free(context);
}

void FreeTls::operator()(ssl_st* session) const noexcept {
    SSL_free(session);
}

TlsContext make_unused_context() {
    ERR_clear_error();
    TlsContext context(SSL_CTX_new(TLS_client_method()));
    if (!context) throw std::bad_alloc();
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    return context;
}

TlsContext make_client_context(const std::string& ca_file, const ClientCertificate& certificate) {
    auto context = make_unused_context();
    trust(context.get(), ca_file);
    if (!certificate.file.empty()) show(context.get(), certificate);
    return context;
}

SharedTlsContext shared_client_context(const std::string& ca_file) {
    static std::map<std::string, std::pair<FileState, std::weak_ptr<ssl_ctx_st>>> all;
    auto& [state, known] = all[ca_file];
    const auto present = state_of(ca_file);
    if (auto context = known.lock(); context && state == present) return context;
    const SharedTlsContext context = make_client_context(ca_file);
    state = present;
    known = context;
    return context;
}

SharedTlsContext shared_unused_context() {
    static std::weak_ptr<ssl_ctx_st> known;
    if (auto context = known.lock()) return context;
    const SharedTlsContext context = make_unused_context();
    known = context;
    return context;
}

bool has_system_authorities() {
    const auto context = make_client_context("");
    if (sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.get()))) > 0) return true;
    std::error_code error;
    return !std::filesystem::is_empty(folder_of_authorities(), error) && !error;
}

bool may_lack_tls(const error_code& error) {
    return error.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER;
}

TlsSession::TlsSession(ssl_ctx_st& context, int socket) : session_(SSL_new(&context)) {
    if (!session_ || SSL_set_fd(session_.get(), socket) != 1) throw std::bad_alloc();
    SSL_set_mode(session_.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_msg_callback(session_.get(), count_own_messages);
    SSL_set_read_ahead(session_.get(), 1);  // a record costs one read instead of two
}

error_code TlsSession::be_client_of(const std::string& host) {
    auto* const session = session_.get();
    ERR_clear_error();
    SSL_set_connect_state(session);
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1) return {};
    ERR_clear_error();
    const bool is_set =
        SSL_set1_host(session, host.c_str()) == 1 && SSL_set_tlsext_host_name(session, host.c_str()) == 1;
    return is_set ? error_code() : last_tls_error();
}

void TlsSession::be_server() {
    SSL_set_accept_state(session_.get());
}

// `result` is what OpenSSL gave back, `bytes` how many it moved.
TlsSession::Step TlsSession::step(int result, std::size_t bytes) const {
    if (result > 0) return {bytes, {}, false};
    const int system_error = errno;
    switch (SSL_get_error(session_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return {0, asio::error::would_block, false};
        case SSL_ERROR_WANT_WRITE:
            return {0, asio::error::would_block, true};
        case SSL_ERROR_ZERO_RETURN:
            return {0, asio::error::eof, false};
        case SSL_ERROR_SYSCALL:
            if (system_error == 0) return {0, asio::ssl::error::stream_truncated, false};
            return {0, {system_error, boost::system::system_category()}, false};
        default:
            // The socket was closed before TLS was: what came may not be all.
            if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
                return {0, asio::ssl::error::stream_truncated, false};
            return {0, last_tls_error(), false};
    }
}

TlsSession::Step TlsSession::shake_hands() {
    ERR_clear_error();
    errno = 0;
    auto made = step(SSL_do_handshake(session_.get()), 0);
    const bool is_refused =
        made.error.category() == asio::error::get_ssl_category() &&
        ERR_GET_REASON(static_cast<unsigned long>(made.error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
    if (is_refused && certificate_verdict() != X509_V_OK)
        made.error = certificate_error(certificate_verdict());
    return made;
}

TlsSession::Step TlsSession::read(char* data, std::size_t size) {
    std::size_t read = 0;
    ERR_clear_error();
    errno = 0;
    const int result = SSL_read_ex(session_.get(), data, size, &read);
    return step(result, read);
}

TlsSession::Step TlsSession::peek() {
    char byte = 0;
    std::size_t read = 0;
    ERR_clear_error();
    errno = 0;
    const int result = SSL_peek_ex(session_.get(), &byte, 1, &read);
    return step(result, read);
}

TlsSession::Step TlsSession::write(std::string_view bytes) {
    std::size_t written = 0;
    ERR_clear_error();
    errno = 0;
    const int result = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written);
    return step(result, written);
}

bool TlsSession::has_pending() const noexcept {
    // The second: of a record nothing but its header has come, which is taken off the buffer already.
    return SSL_has_pending(session_.get()) == 1 ||
           SSL_rstate_string(session_.get()) == std::string_view("RB");
}

void TlsSession::say_goodbye() {
    ERR_clear_error();
    SSL_shutdown(session_.get());
}

long TlsSession::certificate_verdict() const noexcept {
    return SSL_get_verify_result(session_.get());
}

}  // namespace net
