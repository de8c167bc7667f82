#pragma once

#include <cstddef>
#include <vector>

namespace edge::redis {

// Which server of a replication set to connect to, and which of its addresses: the same one until it fails,
// then the next one, round and round. A server that was left is tried again only when all others have failed
// too: an old master that came back would take entries that the agent does not find. No I/O.
class Rotation {
public:
    // How many addresses each server has, at least one.
    explicit Rotation(std::vector<std::size_t> address_counts);

    // The server of the first attempt. Only before it.
    void begin_at(std::size_t server) { server_ = server; }

    std::size_t server() const { return server_; }
    std::size_t address() const { return address_; }
    bool has_alternatives() const { return total() > 1; }

    // The current target did not serve. True when every address of every server has now been tried in vain
    // since the last success().
    bool fail();

    // The current target served.
    void success() { failures_ = 0; }

    // The current server has other addresses now; `address` is where to begin.
    void set_addresses(std::size_t count, std::size_t address);

private:
    std::size_t total() const;
    std::vector<std::size_t> address_counts_;
    std::size_t server_ = 0;
    std::size_t address_ = 0;
    std::size_t failures_ = 0;
};

}  // namespace edge::redis
