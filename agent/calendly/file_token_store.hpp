// Tokens in a file of this machine, for one machine's processes.
#pragma once

#include <string>

#include "calendly/token_store.hpp"

namespace calendly {

// The file belongs to its owner alone (0600), and so do those beside it: the lock, of which a process that
// dies lets go, and the times of the last calls of the token server.
class FileTokenStore final : public TokenStore {
public:
    explicit FileTokenStore(std::string path) : path_(std::move(path)) {}
    FileTokenStore(const FileTokenStore&) = delete;
    FileTokenStore& operator=(const FileTokenStore&) = delete;
    ~FileTokenStore() override;

    boost::asio::awaitable<std::optional<std::string>> read() override;
    boost::asio::awaitable<void> write(std::string sealed) override;
    boost::asio::awaitable<bool> replace(std::string former, std::string sealed) override;
    boost::asio::awaitable<void> erase() override;
    boost::asio::awaitable<bool> try_lock() override;
    boost::asio::awaitable<void> unlock() override;
    boost::asio::awaitable<bool> take_call() override;

private:
    std::optional<std::string> stored() const;
    void release() noexcept;

    std::string path_;
    int lock_ = -1;  // descriptor of the lock's file while this process has it
};

}  // namespace calendly
