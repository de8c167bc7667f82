#include "shared/secret_file.hpp"

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

std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return trim(line);
}

}  // namespace

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
    char buffer[4096];
    for (ssize_t size = 1; size > 0;) {
        size = ::read(file.number(), buffer, sizeof buffer);
        if (size < 0) throw_errno();
        secret.text.append(buffer, static_cast<std::size_t>(size));
        if (secret.text.size() > max_secret_file_size) throw std::invalid_argument("larger than 64 KB");
    }
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
