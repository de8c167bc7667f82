#pragma once

#include <string>

#include <sys/types.h>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/load_generator.hpp"
#include "e2e/harness/nginx.hpp"

namespace bench {

inline constexpr std::string_view signing_key = "signing-key-of-the-benchmark";

// An nginx of its own, with one worker on core 0, that takes deliveries in one way or another.
class Candidate {
public:
    enum class Kind {
        bare,      // nginx reads the body and answers, with the echo module
        waiting,   // the same, but the answer comes after ten minutes
        calendly,  // ours
        lua,       // ours in Lua
    };

    // `redis` as in calendly_redis: unix:<path>.
    Candidate(Kind kind, const std::string& redis, std::size_t connections);

    std::string name() const;
    bool answers_at_once() const { return kind_ != Kind::waiting; }
    bool stores() const { return kind_ == Kind::calendly || kind_ == Kind::lua; }
    pid_t worker() const { return worker_; }
    const harness::Nginx& nginx() const { return nginx_; }
    harness::LoadGenerator& clients() { return clients_; }

    // Requests that nginx has taken and not answered.
    std::size_t waiting() const { return nginx_.status().requests; }

private:
    harness::NginxOptions options(const std::string& redis) const;

    Kind kind_;
    harness::Folder folder_;
    harness::Nginx nginx_;
    pid_t worker_;
    harness::LoadGenerator clients_;
};

}  // namespace bench
