#include "http/url.hpp"

#include <stdexcept>

#include <boost/asio/ip/address.hpp>
#include <boost/url.hpp>

namespace http {
namespace {

bool is_loopback(std::string_view host) {
    boost::system::error_code is_name;
    const auto address = boost::asio::ip::make_address(host, is_name);
    return is_name ? host == "localhost" : address.is_loopback();
}

std::string without_brackets(std::string host) {
    if (host.starts_with('[')) return host.substr(1, host.size() - 2);
    return host;
}

void check_parts(const boost::urls::url_view& view) {
    if (view.scheme() != "https" && view.scheme() != "http")
        throw std::invalid_argument("expected an https:// URL");
    if (view.encoded_host().empty()) throw std::invalid_argument("the URL has no host");
    // What follows a host that begins like an IPv4 address ("10.0.0.1.example") is taken for a path.
    if (!view.encoded_path().empty() && !view.encoded_path().starts_with('/'))
        throw std::invalid_argument("the URL's host cannot be read");
    if (view.has_userinfo() || view.has_query() || view.has_fragment())
        throw std::invalid_argument(
            "the URL must be https://host[:port][/path], without user, query or fragment");
}

}  // namespace

std::string Url::origin() const {
    const bool is_ipv6 = host.find(':') != host.npos;
    std::string result = tls ? "https://" : "http://";
    result += is_ipv6 ? "[" + host + "]" : host;
    if (port != (tls ? "443" : "80")) result += ":" + port;
    return result;
}

Url parse_url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) throw std::invalid_argument("not a URL");
    check_parts(*parsed);
    Url url;
    url.tls = parsed->scheme() == "https";
    url.host = without_brackets(parsed->host());
    url.port = parsed->has_port() && !parsed->port().empty() ? std::string(parsed->port())
               : url.tls                                     ? "443"
                                                             : "80";
    url.base_path = parsed->encoded_path();
    while (url.base_path.ends_with('/')) url.base_path.pop_back();
    if (!url.tls && !is_loopback(url.host))
        throw std::invalid_argument("plain http:// is allowed to loopback only; use https://");
    return url;
}

std::string percent_encode(std::string_view text) {
    return boost::urls::encode({text.data(), text.size()}, boost::urls::unreserved_chars);
}

}  // namespace http
