// The way of a webhook: the public URL, nginx, its key, Redis, an agent.
#include <optional>

#include <fmt/format.h>

#include "app/connector_services.hpp"
#include "app/doctor.hpp"
#include "config/error.hpp"
#include "config/signing_keys.hpp"
#include "redis/error.hpp"
#include "redis/pause_switch.hpp"
#include "upkeep/edge_probe.hpp"

namespace app {
namespace {

using rules::Finding;
using rules::Findings;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds arrival_patience = 2500ms;

Finding reachable(const upkeep::ProbeResult& result, const std::string& url) {
    if (result.genuine.status != 0 || result.forged.status != 0)
        return rules::well("edge.reachable", url + " answers");
    return rules::failure("edge.reachable", url + " does not answer", result.genuine.trouble,
                          "look at DNS, the certificate, the firewall and nginx: curl -i " + url);
}

Finding signature(const upkeep::ProbeResult& result) {
    if (result.genuine.status != 401)
        return rules::well("edge.signature", "what is signed with our key is not refused");
    return rules::failure("edge.signature", "nginx has another key",
                          "a delivery that is signed with the newest key is answered 401",
                          "calendly_signing_key_file in nginx and webhook.signing_key_file must be one file; "
                          "then nginx -t && systemctl reload nginx");
}

Finding path(const upkeep::ProbeResult& result, bool is_paused) {
    constexpr auto id = "edge.path";
    if (!result.is_accepted())
        return rules::failure(id, "a signed delivery is not accepted",
                              fmt::format("it was answered {}", result.genuine.status),
                              result.genuine.status == 503
                                  ? "nginx cannot reach Redis: look at its error log and at calendly_redis"
                                  : "look at the location in nginx: calendly_webhook must stand there");
    if (!result.has_arrived) return rules::unknown(id, "Redis cannot be asked", "see redis.reachable");
    if (*result.has_arrived) return rules::well(id, "a signed delivery reaches an agent");
    if (is_paused)
        return rules::failure(id, "a signed delivery was stored and waits", "the connector is paused",
                              "calendly-brevo resume ends the pause");
    return rules::failure(
        id, "a signed delivery was stored and reached no agent",
        "nginx and the agent use different connectors or Redis databases, no agent runs, or "
        "it has too much to do",
        "compare calendly_webhook and calendly_redis in nginx with the connector's name and "
        "redis: here; see agent.running");
}

Finding status(const upkeep::ProbeResult& result) {
    constexpr auto id = "edge.status";
    const auto answered = result.forged.status;
    if (answered == 401) return rules::well(id, "what nobody signed is answered 401");
    if (answered == 0) return rules::unknown(id, result.forged.trouble, "see edge.reachable");
    std::string why = fmt::format("it was answered {}", answered);
    if (answered == 410) why += ": Calendly deletes the subscription for that";
    if (answered / 100 == 3) why += ": Calendly follows no redirection, every delivery fails";
    if (answered == 200) why += ": anybody could write contacts";
    return rules::failure(
        id, "what nobody signed is not answered 401", why,
        "look at the location in nginx and at what stands before it (proxy, CDN, virtual host)");
}

Finding missing(const char* what, const char* fix) {
    return rules::failure("edge.reachable", "there is nothing to try", what, fix);
}

}  // namespace

static boost::asio::awaitable<bool> pause_is_known(Patient patient) {
    try {
        const auto pause = co_await patient.services.pause_switch().state();
        co_return pause.has_value();
    } catch (const redis::Error&) {
        co_return false;  // redis.reachable says so
    }
}

boost::asio::awaitable<void> examine_edge(Patient patient, Findings& findings) {
    const auto& webhook = patient.connector.webhook;
    if (webhook.url.empty())
        co_return findings.push_back(missing("webhook.url is not configured", "name the public URL in webhook.url"));
    std::vector<std::string> keys;
    std::string trouble;
    try {
        keys = config::signing_keys(webhook);
    } catch (const config::Error& error) {
        trouble = error.what();
    }
    if (keys.empty() && trouble.empty())
        co_return findings.push_back(missing("there is no signing key", "calendly-brevo webhooks create makes one"));
    if (keys.empty())
        co_return findings.push_back(missing(trouble.c_str(), "make webhook.signing_key_file readable for this user"));
    upkeep::HttpEdge edge(patient.executor, webhook.url);
    upkeep::EdgeProbe probe(edge, patient.services.upkeep(), patient.services.interruption());
    const auto result = co_await probe.send(keys.back(), arrival_patience);
    findings.push_back(reachable(result, webhook.url));
    if (findings.front().status == rules::FindingStatus::fail) co_return;
    findings.push_back(signature(result));
    const bool waits = result.is_accepted() && result.has_arrived == false;
    bool is_paused = false;
    if (waits) is_paused = co_await pause_is_known(patient);
    findings.push_back(path(result, is_paused));
    findings.push_back(status(result));
}

}  // namespace app
