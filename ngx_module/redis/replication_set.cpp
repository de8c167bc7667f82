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

std::optional<Address> address_of(const std::string& host, std::uint16_t port) {
    Address address;
    auto& v4 = address.sockaddr.sockaddr_in;
    if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        address.size = sizeof v4;
        return address;
    }
    auto& v6 = address.sockaddr.sockaddr_in6;
    if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1) return std::nullopt;
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.size = sizeof v6;
    return address;
}

// Where a name leads is known of the configured servers: another node may have another port there.
std::vector<Address> addresses_of(const ReplicationSet& set, const std::string& host, std::uint16_t port) {
    if (const auto address = address_of(host, port)) return {*address};
    const auto named = std::ranges::find(set.nodes, host, &Node::host);
    if (named == set.nodes.end()) return {};
    auto addresses = named->addresses;
    for (auto& address : addresses) ngx_inet_set_port(&address.sockaddr.sockaddr, port);
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

std::optional<ReplicationSet> set_of_node(const ReplicationSet& set,
                                          const shared::RedisRedirection& redirection, const Node& said_by) {
    const auto& model = set.nodes.front();
    shared::RedisUrl url;
    url.host = redirection.host;
    if (url.host.empty()) url.host = said_by.port == 0 ? "127.0.0.1" : said_by.host;  // or a unix socket
    url.port = redirection.port;
    auto addresses = addresses_of(set, url.host, url.port);
    if (addresses.empty()) return std::nullopt;
    ReplicationSet found = set;
    found.of_cluster = true;
    found.nodes = {{.name = url.address(),
                    .host = url.host,
                    .port = url.port,
                    .host_is_name = !is_ip_address(url.host),
                    .tls = model.tls,
                    .addresses = std::move(addresses),
                    .login = model.login}};
    return found;
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
