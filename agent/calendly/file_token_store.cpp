#include "calendly/file_token_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "shared/secret_file.hpp"
#include "text/private_file.hpp"

namespace calendly {
namespace {

namespace asio = boost::asio;

[[noreturn]] void fail(const std::string& path, const char* what) {
    throw TokenStoreError(path + ": " + what + ": " + std::strerror(errno));
}

void put_into(const std::string& path, const std::string& line) {
    try {
        text::replace_private_file(path, line + "\n");
    } catch (const std::system_error& error) {
        throw TokenStoreError(error.what());
    }
}

std::int64_t milliseconds_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Of the last minute. What lies ahead was noted before the clock was set back, and says nothing.
std::vector<std::int64_t> recent_calls(const std::string& path, std::int64_t now) {
    std::vector<std::int64_t> calls;
    std::ifstream file(path);
    for (std::int64_t call = 0; file >> call;)
        if (call <= now && now - call < 60'000) calls.push_back(call);
    return calls;
}

}  // namespace

FileTokenStore::~FileTokenStore() {
    release();
}

void FileTokenStore::release() noexcept {
    if (lock_ >= 0) ::close(lock_);
    lock_ = -1;
}

std::optional<std::string> FileTokenStore::stored() const {
    std::error_code error;
    if (!std::filesystem::exists(path_, error) && !error) return std::nullopt;
    try {
        return shared::parse_password(shared::read_secret_file(path_).text);
    } catch (const std::invalid_argument& trouble) {
        throw TokenStoreError(path_ + ": " + trouble.what());
    }
}

asio::awaitable<std::optional<std::string>> FileTokenStore::read() {
    co_return stored();
}

asio::awaitable<void> FileTokenStore::write(std::string sealed) {
    put_into(path_, sealed);
    co_return;
}

// Nobody writes without the lock.
asio::awaitable<bool> FileTokenStore::replace(std::string former, std::string sealed) {
    if (stored() != former) co_return false;
    put_into(path_, sealed);
    co_return true;
}

asio::awaitable<void> FileTokenStore::erase() {
    try {
        text::remove_private_file(path_);
    } catch (const std::system_error& error) {
        throw TokenStoreError(error.what());
    }
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

asio::awaitable<bool> FileTokenStore::take_call() {
    const auto path = path_ + ".calls";
    const auto now = milliseconds_now();
    auto calls = recent_calls(path, now);
    if (calls.size() >= token_calls_a_minute) co_return false;
    calls.push_back(now);
    std::ostringstream line;
    for (const auto call : calls) line << call << ' ';
    put_into(path, line.str());
    co_return true;
}

}  // namespace calendly
