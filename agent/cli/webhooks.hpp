// What the commands about webhooks have in common: the subscription, the edge and the keys of one connector.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "cli/session.hpp"
#include "upkeep/edge_probe.hpp"
#include "upkeep/subscriptions.hpp"

namespace CLI {
class App;
}

namespace cli {

struct WebhookOptions {
    std::string connector;        // empty: the only one
    std::string overlap = "10s";  // as it was typed
    bool is_probed = true;
};

void add_overlap_option(CLI::App& line, WebhookOptions& options);

class Webhooks {
public:
    // Throws config::Error, also when there is no webhook.url.
    Webhooks(const CommonOptions& common, const WebhookOptions& options);
    ~Webhooks();

    Session& session() noexcept { return session_; }
    const config::Webhook& settings() const noexcept { return session_.connector().webhook; }
    upkeep::Subscriptions& subscriptions() noexcept { return *subscriptions_; }
    upkeep::EdgeProbe& probe() noexcept { return *probe_; }

    // Throw CommandError, Interrupted.
    boost::asio::awaitable<upkeep::Seen> look();
    boost::asio::awaitable<upkeep::Change> carry_out(rules::SubscriptionPlan plan, calendly::User user,
                                                     std::string signing_key);
    // The organization's subscriptions cannot be made by everybody.
    void require_rights(const upkeep::Seen& seen) const;

    // For the agents: the subscription is being worked on here, and deliveries may have been missed. Only
    // said when Redis cannot be told.
    boost::asio::awaitable<void> tell_agents(std::string reason);

    // The newest key that the edge accepts. Throws CommandError.
    boost::asio::awaitable<std::string> accepted_key();

    // Throws config::Error.
    [[noreturn]] void fail_at(const std::string& key, const std::string& what) const;

private:
    class PatientAccount;

    Session session_;
    std::unique_ptr<PatientAccount> account_;
    std::optional<upkeep::Subscriptions> subscriptions_;
    std::optional<upkeep::HttpEdge> edge_;
    std::optional<upkeep::EdgeProbe> probe_;
};

// What `webhooks create` does: what is right already is said and left; else the subscription is made with a
// key of its own when there is none, once the edge was tried. The exit code. Throws CommandError,
// Interrupted.
boost::asio::awaitable<int> create_subscription(Webhooks& work, bool is_probed);

// Runs what makes nginx read its configuration again. Throws CommandError when it fails (`then`: what
// that means), Interrupted.
void run_reload_command(const std::string& command, const std::string& then);

inline constexpr auto how_to_reload = "nginx -t && systemctl reload nginx";
// How long a probe may take from nginx to an agent.
inline constexpr std::chrono::milliseconds arrival_patience{3000};
// For so long the agents leave alone what a command has just made.
inline constexpr std::chrono::minutes repair_pause{10};

}  // namespace cli
