#include "redis/own_keys.hpp"

#include <fmt/format.h>

#include "redis/error.hpp"

namespace redis {

namespace {

// As Redis calls it; of a key that is not there, or may not be asked for, "none".
boost::asio::awaitable<std::string> type_of(Client& client, std::string key) {
    Arguments arguments{"TYPE", std::move(key)};
    try {
        const auto reply = co_await client.command(std::move(arguments));
        co_return std::string(shared::text(*reply));
    } catch (const Error& error) {
        if (!error.is_refusal()) throw;
    }
    co_return "none";
}

}  // namespace

static boost::asio::awaitable<void> name_broken_key(Client& client, OwnKeys keys, std::string refusal) {
    for (const auto& own : keys) {
        const auto type = co_await type_of(client, own.key);
        if (type == own.type || type == "none") continue;
        throw BrokenKey(fmt::format(
            "{0} is a {1} and should be a {2}: nobody but the agents may write it; look at it with "
            "TYPE {0}, then rename or delete it",
            own.shown, type, own.type));
    }
    throw BrokenKey(refusal);
}

boost::asio::awaitable<shared::ReplyPtr> or_name_broken_key(Client& client,
                                                            boost::asio::awaitable<shared::ReplyPtr> answer,
                                                            std::function<OwnKeys()> keys) {
    std::string refusal;
    try {
        co_return co_await std::move(answer);
    } catch (const Error& error) {
        if (error.kind() != Error::Kind::wrong_type) throw;
        refusal = error.what();
    }
    auto own = keys();
    co_await name_broken_key(client, std::move(own), std::move(refusal));
    co_return nullptr;
}

}  // namespace redis
