#include "calendly/file_token_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "shared/secret_file.hpp"

namespace calendly {
namespace {

namespace asio = boost::asio;

[[noreturn]] void fail(const std::string& path, const char* what) {
    throw TokenStoreError(path + ": " + what + ": " + std::strerror(errno));
}

class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const noexcept { return number_; }

private:
    int number_;
};

void write_all(int file, const std::string& text, const std::string& path) {
    for (std::size_t done = 0; done < text.size();) {
        const auto written = ::write(file, text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path, "cannot be written");
        done += static_cast<std::size_t>(written);
    }
}

void write_durably(const std::string& path, const std::string& text) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.number() < 0) fail(path, "cannot be made");
    if (::fchmod(file.number(), 0600) != 0) fail(path, "cannot be kept from others");
    write_all(file.number(), text, path);
    if (::fsync(file.number()) != 0) fail(path, "cannot be made durable");
}

// A name in a folder is durable when the folder is.
void sync_folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    const Descriptor opened(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.number() < 0 || ::fsync(opened.number()) != 0) fail(folder, "cannot be made durable");
}

}  // namespace

FileTokenStore::~FileTokenStore() {
    release();
}

void FileTokenStore::release() noexcept {
    if (lock_ >= 0) ::close(lock_);
    lock_ = -1;
}

asio::awaitable<std::optional<std::string>> FileTokenStore::read() {
    std::error_code error;
    if (!std::filesystem::exists(path_, error) && !error) co_return std::nullopt;
    try {
        co_return shared::parse_password(shared::read_secret_file(path_).text);
    } catch (const std::invalid_argument& trouble) {
        throw TokenStoreError(path_ + ": " + trouble.what());
    }
}

// Whoever reads sees the old text or the new one, and after a crash it is one of the two.
asio::awaitable<void> FileTokenStore::write(std::string sealed) {
    const auto draft = path_ + ".new";
    write_durably(draft, sealed + "\n");
    if (::rename(draft.c_str(), path_.c_str()) != 0) fail(path_, "cannot be replaced");
    sync_folder_of(path_);
    co_return;
}

asio::awaitable<void> FileTokenStore::erase() {
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) fail(path_, "cannot be removed");
    sync_folder_of(path_);
    co_return;
}

asio::awaitable<bool> FileTokenStore::try_lock() {
    if (lock_ >= 0) co_return false;
    const auto path = path_ + ".lock";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) fail(path, "cannot be made");
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
        lock_ = file;
        co_return true;
    }
    const bool is_taken = errno == EWOULDBLOCK;
    const auto cause = errno;
    ::close(file);
    errno = cause;
    if (!is_taken) fail(path, "cannot be locked");
    co_return false;
}

asio::awaitable<void> FileTokenStore::unlock() {
    release();
    co_return;
}

}  // namespace calendly
