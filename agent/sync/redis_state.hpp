// Whether Redis answers: the one record that health, metrics and the log go by.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <spdlog/logger.h>

#include "net/limited_log.hpp"

namespace syncing {

class RedisState {
public:
    explicit RedisState(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)), limited_log_(log_) {}

    bool is_up() const noexcept { return is_up_; }
    // Why not; "": it is up, or has not been asked yet.
    const std::string& trouble() const noexcept { return trouble_; }

    void note_answer() {
        if (std::exchange(is_up_, true)) return;
        trouble_.clear();
        if (std::exchange(is_said_, false)) log_->info("Redis answers");
    }
    void note_trouble(const std::string& what) {
        is_up_ = false;
        trouble_ = what;
        is_said_ |=
            limited_log_.error(what, what + "; nothing is lost, entries stay in the stream; trying again");
    }

private:
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
    std::string trouble_;
    bool is_up_ = false;
    bool is_said_ = true;  // that it is away; at the start nobody takes for granted that it is there
};

}  // namespace syncing
