// Whom a client trusts: the system's folder of certificates, read one by one; its file where there is no such
// folder, or where somebody chose one; nobody when there is no TLS.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net/tls.hpp"
#include "unit/temporary_folder.hpp"

namespace tls_test {

struct CloseFile {
    void operator()(FILE* file) const { std::fclose(file); }
};
using Authority = std::unique_ptr<X509, decltype(&X509_free)>;

// Signed by itself.
Authority make_authority() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    Authority made(X509_new(), &X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    auto* const name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Own"), -1,
                               -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_sign(made.get(), key.get(), EVP_sha256());
    return made;
}

class SystemsAuthorities : public ::testing::Test {
protected:
    SystemsAuthorities() {
        ::unsetenv("SSL_CERT_FILE");
        ::setenv("SSL_CERT_DIR", folder_.path().c_str(), 1);
    }
    ~SystemsAuthorities() override {
        ::unsetenv("SSL_CERT_DIR");
        ::unsetenv("SSL_CERT_FILE");
    }

    void write(const std::string& name) {
        const std::unique_ptr<FILE, CloseFile> file(std::fopen((folder_ / name).c_str(), "w"));
        PEM_write_X509(file.get(), authority_.get());
    }
    std::string hashed_name() const {
        return fmt::format("{:08x}.0", X509_NAME_hash_ex(X509_get_subject_name(authority_.get()), nullptr,
                                                         nullptr, nullptr));
    }
    static int read_so_far(const net::TlsContext& context) {
        return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.get())));
    }
    bool is_trusted_by(const net::TlsContext& context) {
        const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(),
                                                                                    &X509_STORE_CTX_free);
        X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context.get()), authority_.get(), nullptr);
        return X509_verify_cert(check.get()) == 1;
    }

    unit::TemporaryFolder folder_;
    Authority authority_ = make_authority();
};

TEST_F(SystemsAuthorities, OfAHashedFolderAreReadWhenTheyAreNeeded) {
    write(hashed_name());
    const auto context = net::make_client_context("");
    EXPECT_EQ(read_so_far(context), 0);
    EXPECT_TRUE(is_trusted_by(context));
    EXPECT_EQ(read_so_far(context), 1);
    EXPECT_TRUE(net::has_system_authorities());
}

TEST_F(SystemsAuthorities, AreThoseOfTheFileThatIsChosenToo) {
    write("chosen.pem");
    ::setenv("SSL_CERT_FILE", (folder_ / "chosen.pem").c_str(), 1);
    std::ofstream(folder_ / "01234567.0");  // a hashed folder, where nothing is found
    EXPECT_TRUE(is_trusted_by(net::make_client_context("")));
}

TEST_F(SystemsAuthorities, AreAskedForOnlyWhereThereIsTls) {
    write(hashed_name());
    EXPECT_FALSE(is_trusted_by(net::make_unused_context()));
}

TEST_F(SystemsAuthorities, ManyClientsShareAContextUntilItsFileIsWritten) {
    write("own.pem");
    const std::string file = folder_ / "own.pem";
    const auto first = net::shared_client_context(file);
    EXPECT_EQ(net::shared_client_context(file), first);
    EXPECT_NE(net::shared_client_context(""), first);

    std::filesystem::last_write_time(file,
                                     std::filesystem::file_time_type::clock::now() + std::chrono::seconds(2));
    const auto next = net::shared_client_context(file);
    EXPECT_NE(next, first);
    EXPECT_EQ(net::shared_client_context(file), next);
    EXPECT_THROW(net::shared_client_context(folder_ / "missing.pem"), std::invalid_argument);
}

TEST_F(SystemsAuthorities, AContextThatNobodyHasIsMadeAnew) {
    std::weak_ptr<ssl_ctx_st> gone = net::shared_unused_context();
    EXPECT_TRUE(gone.expired());
    EXPECT_TRUE(net::shared_unused_context());
}

}  // namespace tls_test
