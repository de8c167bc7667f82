// Tokens in a file of this machine, for one machine's processes.
#pragma once

#include <string>

#include "calendly/token_store.hpp"

namespace calendly {

// The file and the lock beside it belong to their owner alone (0600). A process that dies lets go of the
// lock.
class FileTokenStore final : public TokenStore {
public:
    explicit FileTokenStore(std::string path) : path_(std::move(path)) {}
    FileTokenStore(const FileTokenStore&) = delete;
    FileTokenStore& operator=(const FileTokenStore&) = delete;
    ~FileTokenStore() override;

    boost::asio::awaitable<std::optional<std::string>> read() override;
    boost::asio::awaitable<void> write(std::string sealed) override;
    boost::asio::awaitable<void> erase() override;
    boost::asio::awaitable<bool> try_lock() override;
    boost::asio::awaitable<void> unlock() override;

private:
    void release() noexcept;

    std::string path_;
    int lock_ = -1;  // descriptor of the lock's file while this process has it
};

}  // namespace calendly
