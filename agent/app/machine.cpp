#include "app/machine.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "net/tls.hpp"
#include "rules/time_zones.hpp"
#include "text/text.hpp"

namespace app {
namespace {

constexpr std::size_t most_named = 3;  // of many damaged zones

bool trusts_the_system(const config::Connector& connector) {
    const auto relies = [](const http::Url& url, const std::string& ca_file) {
        return url.tls && ca_file.empty();
    };
    return connector.enabled && (relies(connector.calendly.api_url, connector.calendly.ca_file) ||
                                 relies(connector.brevo.api_url, connector.brevo.ca_file));
}

bool trusts_the_system(const config::Redis& redis) {
    return redis.tls.ca_file.empty() && redis.has_tls();
}

void check_authorities(const config::Configuration& configuration, std::vector<std::string>& problems) {
    const bool is_needed =
        trusts_the_system(configuration.redis) ||
        std::ranges::any_of(configuration.connectors, [](const auto& c) { return trusts_the_system(c); });
    if (is_needed && !net::has_system_authorities())
        problems.emplace_back(
            "the system has no certificate authorities, so that no server can be trusted: install the "
            "package "
            "ca-certificates and restart the agent, or name a ca_file");
}

void check_time_zones(std::vector<std::string>& problems) {
    const auto damaged = rules::load_time_zones();
    for (std::size_t i = 0; i < std::min(damaged.size(), most_named); ++i)
        problems.push_back(
            fmt::format("{}: reinstall tzdata, then restart the agent; bookings of this zone wait until then",
                        damaged[i]));
    if (damaged.size() > most_named)
        problems.push_back(
            fmt::format("{} more time zones are missing or damaged", damaged.size() - most_named));
}

}  // namespace

std::vector<std::string> check_machine(const config::Configuration& configuration) {
    std::vector<std::string> problems;
    text::lower_case("\xc3\x84");  // loads what it takes to know the letters of every script
    check_time_zones(problems);
    check_authorities(configuration, problems);
    return problems;
}

}  // namespace app
