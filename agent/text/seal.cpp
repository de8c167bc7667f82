#include "text/seal.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

#include "text/base64url.hpp"

namespace text {
namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
int size(std::string_view text) {
    return static_cast<int>(text.size());
}

void require(bool is_well, const char* trouble) {
    if (!is_well) throw SealError(trouble);
}

void check_key(std::string_view key) {
    if (key.size() != seal_key_size) throw std::invalid_argument("a key of 32 bytes is needed");
}

Context make_context() {
    Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    require(context != nullptr, "no memory for a cipher");
    return context;
}

constexpr auto broken = "the seal is broken: another key, or the stored bytes were changed";

}  // namespace

std::string random_bytes(std::size_t count) {
    std::string random(count, '\0');
    require(RAND_bytes(bytes(random), size(random)) == 1, "no random bytes to be had");
    return random;
}

std::string seal(std::string_view key, std::string_view purpose, std::string_view secret) {
    check_key(key);
    const auto nonce = random_bytes(nonce_size);
    const auto context = make_context();
    std::string hidden(secret.size(), '\0');
    std::string tag(tag_size, '\0');
    int written = 0;
    auto* cipher = context.get();
    require(
        EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, bytes(key), bytes(nonce)) == 1 &&
            EVP_EncryptUpdate(cipher, nullptr, &written, bytes(purpose), size(purpose)) == 1 &&
            EVP_EncryptUpdate(cipher, bytes(hidden), &written, bytes(secret), size(secret)) == 1 &&
            EVP_EncryptFinal_ex(cipher, nullptr, &written) == 1 &&
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_size), tag.data()) == 1,
        "sealing failed");
    return base64url(nonce + hidden + tag);
}

std::string open_seal(std::string_view key, std::string_view purpose, std::string_view sealed) {
    check_key(key);
    const auto all = from_base64url(sealed);
    require(all.size() >= nonce_size + tag_size, broken);
    const std::string_view view = all;
    const auto hidden = view.substr(nonce_size, view.size() - nonce_size - tag_size);
    std::string tag(view.substr(view.size() - tag_size));
    const auto context = make_context();
    std::string secret(hidden.size(), '\0');
    int written = 0;
    auto* cipher = context.get();
    require(
        EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, bytes(key), bytes(view)) == 1 &&
            EVP_DecryptUpdate(cipher, nullptr, &written, bytes(purpose), size(purpose)) == 1 &&
            EVP_DecryptUpdate(cipher, bytes(secret), &written, bytes(hidden), size(hidden)) == 1 &&
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_size), tag.data()) == 1 &&
            EVP_DecryptFinal_ex(cipher, nullptr, &written) == 1,
        broken);
    return secret;
}

}  // namespace text
