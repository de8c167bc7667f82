#include "ngx_module/redis/replication_set.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

namespace edge::redis {
namespace {

bool is_ip_address(const std::string& host) {
    unsigned char bytes[sizeof(in6_addr)];
    return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

std::vector<Address> resolve(ngx_conf_t* cf, const std::string& address) {
    ngx_url_t parsed{};
    ngx_str_t text = as_ngx_str(address);
    parsed.url.len = text.len;
    parsed.url.data = ngx_pstrdup(cf->pool, &text);
    if (!parsed.url.data) throw std::bad_alloc();
    if (ngx_parse_url(cf->pool, &parsed) != NGX_OK)
        throw std::invalid_argument(parsed.err ? parsed.err : "cannot be resolved");
    std::vector<Address> addresses(parsed.naddrs);
    for (ngx_uint_t i = 0; i < parsed.naddrs; ++i) {
        addresses[i].size = parsed.addrs[i].socklen;
        std::memcpy(&addresses[i].sockaddr, parsed.addrs[i].sockaddr, parsed.addrs[i].socklen);
    }
    return addresses;
}

bool same_node(const Node& a, const Node& b) {
    return a.name == b.name && a.tls == b.tls && a.login == b.login;
}

}  // namespace

bool same(const Address& a, const Address& b) {
    return a.size == b.size && std::memcmp(&a.sockaddr, &b.sockaddr, a.size) == 0;
}

bool same(const ReplicationSet& a, const ReplicationSet& b) {
    return std::ranges::equal(a.nodes, b.nodes, same_node) && a.connect_timeout == b.connect_timeout &&
           a.timeout == b.timeout && a.resolver == b.resolver && a.tls_options == b.tls_options;
}

std::uint64_t hash(const Node& node) {
    return std::hash<std::string>()(node.name) | 1;
}

std::uint64_t hash(const ReplicationSet& set) {
    std::string names;
    for (const auto& node : set.nodes) names += node.name + ' ';
    return std::hash<std::string>()(names) | 1;
}

Node make_node(ngx_conf_t* cf, const shared::RedisUrl& url, const std::string& password) {
    const std::string address = url.address();
    const bool tcp = url.socket_path.empty();
    return {.name = address + "/" + std::to_string(url.database),
            .host = url.host,
            .port = tcp ? url.port : std::uint16_t(0),
            .host_is_name = tcp && !is_ip_address(url.host),
            .tls = url.tls,
            .addresses = resolve(cf, address),
            .login = {url.user, password, url.database}};
}

}  // namespace edge::redis
