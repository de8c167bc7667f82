#include "ngx_module/redis/rotation.hpp"

#include <numeric>

namespace edge::redis {

Rotation::Rotation(std::vector<std::size_t> address_counts) : address_counts_(std::move(address_counts)) {}

std::size_t Rotation::total() const {
    return std::accumulate(address_counts_.begin(), address_counts_.end(), std::size_t(0));
}

bool Rotation::fail() {
    if (++address_ >= address_counts_[server_]) {
        address_ = 0;
        server_ = (server_ + 1) % address_counts_.size();
    }
    if (++failures_ < total()) return false;
    failures_ = 0;
    return true;
}

void Rotation::set_addresses(std::size_t count, std::size_t address) {
    address_counts_[server_] = count;
    address_ = address;
}

}  // namespace edge::redis
