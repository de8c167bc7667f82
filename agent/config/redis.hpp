// Section `redis` of the configuration.
#pragma once

#include <string>
#include <vector>

#include "shared/redis_url.hpp"

namespace config {

// Certificates: which authorities we trust, and the one that we show.
struct RedisTls {
    std::string ca_file;                       // PEM; empty: the system's authorities
    std::string certificate, certificate_key;  // PEM; empty: none is shown
    bool operator==(const RedisTls&) const = default;
};

// One Redis or the servers of one replication set in `urls`, or the Sentinels that know the master.
struct Redis {
    std::vector<shared::RedisUrl> urls;       // empty with sentinels
    std::vector<shared::RedisUrl> sentinels;  // of these, only host, port and tls
    std::string master;                       // the name that the Sentinels know the set by
    std::string user;                         // only with sentinels, where there is no URL to hold it
    unsigned database = 0;
    std::string password;  // empty: no AUTH
    std::string sentinel_user, sentinel_password;
    RedisTls tls;
    bool operator==(const Redis&) const = default;
    bool has_tls() const;  // for one of its addresses at least
};

}  // namespace config
