#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ngx_module/ngx.hpp"
#include "ngx_module/redis/replication_set.hpp"

namespace edge::redis {

// One question at a time to nginx's resolver, which does not block and remembers answers as long as they are
// valid.
class NameLookup {
public:
    class Owner {
    public:
        // `problem` is empty when there are addresses.
        virtual void on_addresses(std::vector<Address> addresses, std::string_view problem) noexcept = 0;

    protected:
        ~Owner() = default;
    };

    explicit NameLookup(Owner& owner) : owner_(owner) {}
    NameLookup(const NameLookup&) = delete;
    NameLookup& operator=(const NameLookup&) = delete;
    ~NameLookup() { cancel(); }

    // Ends in on_addresses(), possibly at once.
    void start(ngx_resolver_t& resolver, std::string_view name, std::uint16_t port, ngx_msec_t timeout);
    void cancel();

private:
    static void on_answer(ngx_resolver_ctx_t* question) noexcept;
    Owner& owner_;
    ngx_resolver_ctx_t* question_ = nullptr;
    std::string name_;  // nginx writes it in lower case
    std::uint16_t port_ = 0;
};

}  // namespace edge::redis
