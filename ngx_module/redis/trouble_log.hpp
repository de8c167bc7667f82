#pragma once

#include <string_view>

#include "ngx_module/ngx.hpp"
#include "shared/log_limit.hpp"

namespace edge::redis {

// What nginx's error log says about one Redis. Of one cause it gets a line a second at most: of several
// addresses or servers each may have its own trouble.
class TroubleLog {
public:
    // An [error] line. `redis` is its address, `error` an errno or 0.
    void complain(std::string_view redis, std::string_view what, ngx_err_t error);

    // A [notice], when there was a complaint since the last time.
    void connected(std::string_view redis);

    // A webhook got 503 because of this Redis: the next line tells how many.
    void count_not_stored() { ++not_stored_; }

private:
    void write(ngx_uint_t level, std::string_view redis, std::string_view what, unsigned long kept_back);

    bool complained_ = false;
    shared::LogLimits limits_;
    unsigned long not_stored_ = 0;
};

}  // namespace edge::redis
