#include "web/host.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

#include "text/text.hpp"

namespace web {
namespace {

namespace ip = boost::asio::ip;

// "[::1]:8719" -> "::1", "localhost:8719" -> "localhost"; "" when it is neither.
std::string_view without_port(std::string_view host) {
    const bool is_bracketed = host.starts_with('[');
    const auto end = is_bracketed ? host.find(']') : std::min(host.find(':'), host.size());
    if (end == host.npos) return {};
    const auto rest = host.substr(is_bracketed ? end + 1 : end);
    const bool is_port = rest.empty() || rest.find_first_not_of("0123456789", 1) == rest.npos;
    if (!is_port || (!rest.empty() && rest.front() != ':')) return {};
    return is_bracketed ? host.substr(1, end - 1) : host.substr(0, end);
}

bool is_loopback_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name == "localhost" || name.ends_with(".localhost");
}

// "https://ops.example.com:8443" -> "ops.example.com"
std::string_view host_of(std::string_view url) {
    return without_port(url.substr(url.find("://") + 3));
}

bool is_loopback(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

}  // namespace

bool is_own_host(std::string_view host, const config::Admin& admin) {
    const auto name = text::lower_case(without_port(host));
    if (name.empty()) return false;
    if (std::ranges::find(admin.hosts, name) != admin.hosts.end()) return true;
    if (!admin.public_url.empty() && name == host_of(admin.public_url)) return true;
    boost::system::error_code error;
    const auto own = ip::make_address(admin.listen.ip, error);
    if (error) return false;
    const bool serves_loopback = own.is_unspecified() || is_loopback(own);
    if (is_loopback_name(name)) return serves_loopback;
    const auto address = ip::make_address(name, error);
    if (error) return false;
    return own.is_unspecified() || own == address || (serves_loopback && is_loopback(address));
}

bool is_own_origin(std::string_view origin, std::string_view host, const config::Admin& admin) {
    const auto sent = text::lower_case(origin);
    if (!admin.public_url.empty() && sent == admin.public_url) return true;
    const auto asked = text::lower_case(host);
    return !asked.empty() && (sent == "http://" + asked || sent == "https://" + asked);
}

std::string own_origins(std::string_view host, const config::Admin& admin) {
    auto text = "http://" + std::string(host);
    if (!admin.public_url.empty()) text += " or " + admin.public_url;
    return text;
}

}  // namespace web
