#include "bench/edge/candidate.hpp"

#include <stdexcept>

#include "e2e/harness/process_facts.hpp"
#include "shared/webhook_entry.hpp"

namespace bench {
namespace {

// One worker on the first core; nothing that the others do not do as well.
constexpr const char* common_main = "worker_cpu_affinity 01;\nworker_rlimit_nofile 20000;\n";
constexpr const char* common_http = "keepalive_requests 1000000000;\nkeepalive_timeout 3600;\n";

std::string load_modules(std::initializer_list<const char*> names) {
    std::string lines;
    for (const std::string name : names) lines += "load_module /usr/lib/nginx/modules/" + name + ";\n";
    return lines;
}

std::string lua_set_up(const std::string& key_file, const std::string& redis) {
    return "lua_package_path \"" SOURCE_DIR
           "/tests/bench/edge/?.lua;;\";\n"
           "init_by_lua_block { require('webhook').set_up{key_file = '" +
           key_file + "', redis = '" + redis + "', stream = '" + shared::webhooks_key("calendly") + "'} }\n";
}

pid_t only_child(pid_t master) {
    const auto children = harness::children(master);
    if (children.size() != 1) throw std::runtime_error("nginx should have one worker");
    return children.front();
}

}  // namespace

Candidate::Candidate(Kind kind, const std::string& redis, std::size_t connections)
    : kind_(kind),
      nginx_(folder_, options(redis)),
      worker_(only_child(nginx_.master())),
      clients_(nginx_.port(), connections) {}

std::string Candidate::name() const {
    switch (kind_) {
        case Kind::bare:
            return "bare nginx";
        case Kind::waiting:
            return "bare nginx, waiting";
        case Kind::calendly:
            return "calendly module";
        case Kind::lua:
            return "Lua";
    }
    throw std::logic_error("no such candidate");
}

harness::NginxOptions Candidate::options(const std::string& redis) const {
    const std::string key_file = folder_.secret("signing.key", signing_key);
    harness::NginxOptions options{.http = common_http, .main = common_main};
    options.location = "access_log off;\n";
    switch (kind_) {
        case Kind::bare:
        case Kind::waiting:
            options.main += load_modules({"ngx_http_echo_module.so"});
            options.location += "echo_read_request_body;\n";
            if (kind_ == Kind::waiting) options.location += "echo_sleep 600;\n";
            options.location += "echo OK;\n";
            break;
        case Kind::calendly:
            options.location += "calendly_webhook calendly;\ncalendly_signing_key_file " + key_file +
                                ";\ncalendly_redis " + redis + ";\ncalendly_redis_timeout 600s;\n";
            break;
        case Kind::lua:
            options.main += load_modules({"ndk_http_module.so", "ngx_http_lua_module.so"});
            options.http += lua_set_up(key_file, redis);
            options.location += "content_by_lua_block { require('webhook').handle() }\n";
            break;
    }
    return options;
}

}  // namespace bench
