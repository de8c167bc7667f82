// Where visitors of one connector book.
#pragma once

#include "scheduling/site.hpp"

namespace scheduling {

class Desk {
public:
    explicit Desk(const config::Connector& connector) : site_(connector) {}
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    const Site& site() const noexcept { return site_; }

private:
    Site site_;
};

}  // namespace scheduling
