#include "sandbox/tls_authority.hpp"

#include <fstream>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace sandbox {
namespace {

constexpr long one_hour = 3600;
constexpr long one_day = 24 * one_hour;

template <auto free_function>
struct Free {
    template <class T>
    void operator()(T* object) const noexcept {
        free_function(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("OpenSSL could not make ") + what);
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "a key");
    return key;
}

void set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "a serial number");
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1);
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    require(extension && X509_add_ext(certificate, extension.get(), -1), "a certificate's extension");
}

// Without extensions and signature.
Certificate draft(const char* name, EVP_PKEY* key, X509_NAME* issuer) {
    Certificate certificate(X509_new());
    require(certificate != nullptr, "a certificate");
    X509_set_version(certificate.get(), X509_VERSION_3);
    set_serial(certificate.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -one_hour);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), one_day);
    X509_set_pubkey(certificate.get(), key);
    auto* subject = X509_get_subject_name(certificate.get());
    const auto* text = reinterpret_cast<const unsigned char*>(name);
    require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0), "a certificate's name");
    require(X509_set_issuer_name(certificate.get(), issuer ? issuer : subject), "a certificate's issuer");
    return certificate;
}

Certificate make_authority(EVP_PKEY* key) {
    auto certificate = draft("calendly-brevo-sandbox CA", key, nullptr);
    add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    require(X509_sign(certificate.get(), key, EVP_sha256()), "an authority");
    return certificate;
}

Certificate make_server(EVP_PKEY* key, X509* authority, EVP_PKEY* authority_key) {
    auto certificate = draft("localhost", key, X509_get_subject_name(authority));
    add_extension(certificate.get(), authority, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), authority, NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), authority, NID_ext_key_usage, "serverAuth");
    add_extension(certificate.get(), authority, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    add_extension(certificate.get(), authority, NID_authority_key_identifier, "keyid");
    require(X509_sign(certificate.get(), authority_key, EVP_sha256()), "a server's certificate");
    return certificate;
}

template <class Write>
std::string pem(Write write) {
    const Memory memory(BIO_new(BIO_s_mem()));
    require(memory && write(memory.get()) == 1, "PEM");
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
    return pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

void write_file(const std::filesystem::path& path, const std::string& text,
                std::filesystem::perms permissions) {
    std::ofstream out(path, std::ios::trunc);
    std::filesystem::permissions(path, permissions);
    out << text << std::flush;
    if (!out) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace

TlsIdentity make_tls_identity() {
    const Key authority_key = make_key();
    const Key server_key = make_key();
    const auto authority = make_authority(authority_key.get());
    const auto server = make_server(server_key.get(), authority.get(), authority_key.get());
    const auto write_key = [&](BIO* out) {
        return PEM_write_bio_PrivateKey(out, server_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    };
    return {pem_of(authority.get()), pem_of(server.get()), pem(write_key)};
}

void write_tls_identity(const TlsIdentity& identity, const std::filesystem::path& directory) {
    using std::filesystem::perms;
    constexpr auto owner = perms::owner_read | perms::owner_write;
    std::filesystem::create_directories(directory);
    write_file(directory / "server.key", identity.key, owner);
    write_file(directory / "server.pem", identity.certificate,
               owner | perms::group_read | perms::others_read);
    write_file(directory / "ca.pem", identity.authority, owner | perms::group_read | perms::others_read);
}

boost::asio::ssl::context server_context(const TlsIdentity& identity) {
    namespace ssl = boost::asio::ssl;
    ssl::context context(ssl::context::tls_server);
    context.use_certificate_chain(boost::asio::buffer(identity.certificate));
    context.use_private_key(boost::asio::buffer(identity.key), ssl::context::pem);
    return context;
}

}  // namespace sandbox
