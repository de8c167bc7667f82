#pragma once

#include <string>
#include <vector>

#include "redis/client.hpp"
#include "redis/dead_letter_desk.hpp"

namespace redis {

class RedisDeadLetterDesk final : public DeadLetterDesk {
public:
    RedisDeadLetterDesk(Client& client, std::string connector)
        : client_(client), connector_(std::move(connector)) {}

    boost::asio::awaitable<LetterPage> page(LetterFilter filter, std::string cursor,
                                            std::size_t count) override;
    boost::asio::awaitable<std::vector<std::string>> ids(LetterFilter filter) override;
    boost::asio::awaitable<std::vector<LetterGroup>> groups(LetterFilter filter) override;
    boost::asio::awaitable<std::optional<StoredLetter>> letter(std::string id) override;
    boost::asio::awaitable<Replayed> replay(std::vector<std::string> ids) override;
    boost::asio::awaitable<Discarded> discard(std::vector<std::string> ids) override;

private:
    boost::asio::awaitable<shared::ReplyPtr> run(const Script& script, Arguments values);

    Client& client_;
    std::string connector_;
};

}  // namespace redis
