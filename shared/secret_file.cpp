#include "shared/secret_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace shared {
namespace {

class Descriptor {
public:
    explicit Descriptor(const std::string& path)
        : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

FileAccess access_in(mode_t mode) {
    return {(mode & S_IRGRP) != 0, (mode & S_IROTH) != 0, (mode & S_IWOTH) != 0};
}

[[noreturn]] void throw_errno() {
    throw std::invalid_argument(std::strerror(errno));
}

std::string_view trim(std::string_view line) {
    constexpr std::string_view blanks = " \t\r";
    const auto first = line.find_first_not_of(blanks);
    if (first == line.npos) return {};
    return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// What an editor or a web page leaves at the ends of a copied key: blanks of every width, soft hyphen,
// zero-width characters, marks of direction and variation, the byte-order mark.
bool has_invisible_end(std::string_view line) {
    constexpr std::array<std::string_view, 39> invisible = {
        "\xe1\x9a\x80", "\xe1\xa0\x8e", "\xe2\x80\x80",  "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
        "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",  "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89",
        "\xe2\x80\x8a", "\xe2\x80\xa9", "\xe2\x80\xab",  "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\x9f",
        "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8",  "\xe2\x81\xa9", "\xe3\x80\x80", "\xef\xb8\x8e",
        "\xef\xb8\x8f", "\xe2\x81\xa1", byte_order_mark, "\xc2\xa0",     "\xc2\xad",     "\xe2\x80\x8b",
        "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x80\x8e",  "\xe2\x80\x8f", "\xe2\x80\xaf", "\xe2\x80\xa8",
        "\xe2\x80\xaa", "\xe2\x80\xac", "\xe2\x81\xa0"};
    return std::ranges::any_of(invisible, [&](auto c) { return line.starts_with(c) || line.ends_with(c); });
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7f;
}

std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return trim(line);
}

}  // namespace

std::string_view plain_text(std::string_view bytes) {
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff") || bytes.find('\0') != bytes.npos)
        throw std::invalid_argument("no plain text (UTF-16?): save it as UTF-8");
    if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
    auto rest = bytes;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const auto line = take_line(rest);
        if (line.starts_with('#')) continue;
        if (std::ranges::any_of(line, is_control) || line.find('\r') != line.npos)
            throw std::invalid_argument("a control character in line " + std::to_string(number) +
                                        ": write it as plain text, one line each");
        if (has_invisible_end(line))
            throw std::invalid_argument("line " + std::to_string(number) +
                                        " begins or ends with an invisible character: type its ends anew");
    }
    return bytes;
}

FileAccess access_of(const std::string& path) noexcept {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return access_in(status.st_mode);
}

SecretFile read_secret_file(const std::string& path) {
    const Descriptor file(path);
    struct stat status {};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) throw_errno();
    if (!S_ISREG(status.st_mode)) throw std::invalid_argument("not a regular file");

    SecretFile secret;
    static_cast<FileAccess&>(secret) = access_in(status.st_mode);
    std::string buffer(max_secret_file_size + 1, '\0');  // at its full size: what moves leaves copies behind
    const WipedAtEnd wiped(buffer);
    std::size_t size = 0;
    for (ssize_t count = 1; count > 0 && size < buffer.size(); size += static_cast<std::size_t>(count)) {
        count = ::read(file.number(), buffer.data() + size, buffer.size() - size);
        if (count < 0) throw_errno();
    }
    if (size > max_secret_file_size) throw std::invalid_argument("larger than 64 KB");
    secret.text = plain_text(std::string_view(buffer).substr(0, size));
    return secret;
}

std::vector<std::string> parse_signing_keys(std::string_view text) {
    std::vector<std::string> keys;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = take_line(text);
        if (line.empty() || line.front() == '#') continue;
        if (line.size() < min_signing_key_size)
            throw std::invalid_argument("the key in line " + std::to_string(number) + " has fewer than " +
                                        std::to_string(min_signing_key_size) + " bytes");
        if (keys.size() == max_signing_keys)
            throw std::invalid_argument("more than " + std::to_string(max_signing_keys) + " keys");
        keys.emplace_back(line);
    }
    if (keys.empty()) throw std::invalid_argument("no key in it: write one key a line");
    return keys;
}

std::string parse_password(std::string_view text) {
    const auto line = take_line(text);
    if (line.empty()) throw std::invalid_argument("the first line is empty: write the password there");
    return std::string(line);
}

}  // namespace shared
