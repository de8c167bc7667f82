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

bool is_loopback(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

}  // namespace

bool is_own_host(std::string_view host, const config::ListenAddress& listen) {
    const auto name = text::lower_case(without_port(host));
    if (is_loopback_name(name)) return true;
    boost::system::error_code error;
    const auto address = ip::make_address(name, error);
    if (error) return false;
    const auto own = ip::make_address(listen.ip, error);
    return is_loopback(address) || (!error && (own.is_unspecified() || own == address));
}

}  // namespace web
