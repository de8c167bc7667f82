#include "text/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace text {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what) {
    throw std::system_error(errno, std::generic_category(), path + " " + what);
}

class OpenFile {
public:
    explicit OpenFile(int number) noexcept : number_(number) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const noexcept { return number_; }

private:
    int number_;
};

std::string folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    return folder.empty() ? "." : folder.string();
}

void give_to_owner_of_folder(int file, const std::string& path) {
    struct stat folder {};
    if (::geteuid() != 0 || ::stat(folder_of(path).c_str(), &folder) != 0) return;
    if (::fchown(file, folder.st_uid, folder.st_gid) != 0)
        fail(path, "cannot be given to its folder's owner");
}

void write_all(int file, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path, "cannot be written");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// A file beside the one that is meant, under a name that nobody else takes; its name.
std::string write_draft(const std::string& path, std::string_view text) {
    auto draft = path + ".XXXXXX";
    const OpenFile file(::mkostemp(draft.data(), O_CLOEXEC));  // 0600
    if (file.number() < 0) fail(path, "cannot be made");
    try {
        give_to_owner_of_folder(file.number(), path);
        write_all(file.number(), text, path);
        if (::fsync(file.number()) != 0) fail(path, "cannot be made durable");
    } catch (...) {
        ::unlink(draft.c_str());
        throw;
    }
    return draft;
}

// A name in a folder is durable when the folder is.
void sync_folder_of(const std::string& path) {
    const OpenFile folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number() < 0 || ::fsync(folder.number()) != 0) fail(path, "cannot be made durable");
}

}  // namespace

void replace_private_file(const std::string& path, std::string_view text) {
    const auto draft = write_draft(path, text);
    if (::rename(draft.c_str(), path.c_str()) != 0) {
        const auto cause = errno;
        ::unlink(draft.c_str());
        errno = cause;
        fail(path, "cannot be replaced");
    }
    sync_folder_of(path);
}

bool make_private_file(const std::string& path, std::string_view text) {
    const auto draft = write_draft(path, text);
    const bool is_made = ::link(draft.c_str(), path.c_str()) == 0;
    const auto cause = errno;
    ::unlink(draft.c_str());
    errno = cause;
    if (!is_made && cause != EEXIST) fail(path, "cannot be made");
    sync_folder_of(path);
    return is_made;
}

void remove_private_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail(path, "cannot be removed");
    sync_folder_of(path);
}

}  // namespace text
