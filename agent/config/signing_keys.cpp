#include "config/signing_keys.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "config/error.hpp"
#include "shared/secret_file.hpp"
#include "text/base64url.hpp"
#include "text/seal.hpp"

namespace config {
namespace {

constexpr std::size_t key_size = 32;  // bytes
constexpr std::size_t fingerprint_size = 16;

[[noreturn]] void fail(const std::string& path, const char* what) {
    throw Error(path, 0, fmt::format("{}: {}", what, std::strerror(errno)));
}

class KeyDescriptor {
public:
    explicit KeyDescriptor(int number) noexcept : number_(number) {}
    KeyDescriptor(const KeyDescriptor&) = delete;
    KeyDescriptor& operator=(const KeyDescriptor&) = delete;
    ~KeyDescriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const noexcept { return number_; }

private:
    int number_;
};

// A link stays one: what it leads to is replaced.
std::string real_path(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    return real ? std::string(real.get()) : path;
}

std::string folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

// Held while the file is read, changed and replaced, so that two processes do not undo each other's change.
class FolderLock {
public:
    explicit FolderLock(const std::string& path)
        : folder_(folder_of(path)), opened_(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (opened_.number() < 0) fail(folder_, "cannot be opened");
        if (::flock(opened_.number(), LOCK_EX) != 0) fail(folder_, "cannot be locked");
    }
    // A name in a folder is durable when the folder is.
    void sync() const {
        if (::fsync(opened_.number()) != 0) fail(folder_, "cannot be made durable");
    }

private:
    std::string folder_;
    KeyDescriptor opened_;
};

void write_whole(int file, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path, "cannot be written");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// As the one that it replaces: nginx's group may have to read it.
void take_over_access(int file, const struct stat& former, const std::string& path) {
    struct stat own {};
    const bool differs =
        ::fstat(file, &own) != 0 || own.st_uid != former.st_uid || own.st_gid != former.st_gid;
    if (differs && ::fchown(file, former.st_uid, former.st_gid) != 0)
        fail(path, "cannot be given to the owner of the present file");
    if (::fchmod(file, former.st_mode & 07777) != 0) fail(path, "cannot be given the present file's mode");
}

void write_draft(const std::string& draft, const std::string& text,
                 const std::optional<struct stat>& former) {
    ::unlink(draft.c_str());  // of a run that was cut off
    const KeyDescriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.number() < 0) fail(draft, "cannot be made");
    if (former) take_over_access(file.number(), *former, draft);
    write_whole(file.number(), text, draft);
    if (::fsync(file.number()) != 0) fail(draft, "cannot be made durable");
}

void replace(const std::string& path, const std::string& text, const FolderLock& lock) {
    struct stat status {};
    const bool is_there = ::stat(path.c_str(), &status) == 0;
    const auto draft = path + ".new";
    try {
        write_draft(draft, text, is_there ? std::optional(status) : std::nullopt);
        if (::rename(draft.c_str(), path.c_str()) != 0) fail(path, "cannot be replaced");
    } catch (const Error&) {
        ::unlink(draft.c_str());
        throw;
    }
    lock.sync();
}

std::string read_text(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return {};
    try {
        return shared::read_secret_file(path).text;
    } catch (const std::invalid_argument& error) {
        throw Error(path, 0, error.what());
    }
}

// Whether there is anything in it but comments and blanks.
bool has_any_key(std::string_view text) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        const auto first = line.find_first_not_of(" \t\r");
        if (first != line.npos && line[first] != '#') return true;
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return false;
}

std::vector<std::string> parse_keys(const std::string& path, std::string_view text) {
    if (!has_any_key(text)) return {};
    try {
        return shared::parse_signing_keys(text);
    } catch (const std::invalid_argument& error) {
        throw Error(path, 0, error.what());
    }
}

// The text without the lines of these keys.
std::string without(std::string_view text, const std::vector<std::string>& keys) {
    std::string rest;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        const auto line = text.substr(0, end);
        const auto first = line.find_first_not_of(" \t\r");
        const auto last = line.find_last_not_of(" \t\r\n");
        const bool is_blank = first == line.npos || last == line.npos;
        const auto key = is_blank ? std::string_view() : line.substr(first, last - first + 1);
        if (is_blank || std::ranges::find(keys, key) == keys.end()) rest += line;
        text.remove_prefix(end);
    }
    return rest;
}

}  // namespace

std::vector<std::string> SigningKeyFile::keys() const {
    return parse_keys(path_, read_text(path_));
}

void SigningKeyFile::append(const std::string& key) const {
    const auto path = real_path(path_);
    const FolderLock lock(path);
    auto text = read_text(path);
    if (parse_keys(path_, text).size() == shared::max_signing_keys)
        throw Error(
            path_, 0,
            fmt::format("has {} keys, as many as nginx takes: remove those that no subscription signs "
                        "with any more (calendly-brevo webhooks rotate --finish)",
                        shared::max_signing_keys));
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    text += key + '\n';
    replace(path, text, lock);
}

std::size_t SigningKeyFile::remove(const std::vector<std::string>& keys) const {
    const auto path = real_path(path_);
    const FolderLock lock(path);
    const auto text = read_text(path);
    const auto present = parse_keys(path_, text);
    std::vector<std::string> chosen;
    for (std::size_t i = 0; i + 1 < present.size(); ++i)
        if (std::ranges::find(keys, present[i]) != keys.end() && present[i] != present.back())
            chosen.push_back(present[i]);
    if (!chosen.empty()) replace(path, without(text, chosen), lock);
    return chosen.size();
}

bool SigningKeyFile::is_writable() const {
    return ::access(folder_of(real_path(path_)).c_str(), W_OK | X_OK) == 0;
}

std::string make_signing_key() {
    return text::hex(text::random_bytes(key_size));
}

std::string fingerprint(const std::string& key) {
    return text::base64url_sha256("signing key " + key).substr(0, fingerprint_size);
}

std::vector<std::string> signing_keys(const Webhook& webhook) {
    if (!webhook.signing_key_file.empty()) return SigningKeyFile(webhook.signing_key_file).keys();
    if (webhook.signing_key.empty()) return {};
    return {webhook.signing_key};
}

}  // namespace config
