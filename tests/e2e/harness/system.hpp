#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/harness/agent_process.hpp"
#include "e2e/harness/connector_yaml.hpp"
#include "e2e/harness/folder.hpp"
#include "e2e/harness/nginx.hpp"
#include "e2e/harness/redis_server.hpp"
#include "e2e/harness/sandbox_process.hpp"

namespace harness {

struct SystemOptions {
    // name -> its sections; calendly, brevo, redis and admin are filled in.
    std::map<std::string, Sections> connectors = {{"calendly", usual_connector()}};
    Sections common;                   // more at top level, or instead of what is filled in
    std::vector<std::string> sandbox;  // more arguments of calendly-brevo-sandbox
    bool tls = false;                  // both APIs over TLS; the agent is given the CA
    std::string rate_limit = "none";   // of both APIs: the agent's pace and the sandbox's limit
    std::string brevo_rate_limit{};    // of Brevo, where it is another one
    bool is_subscribed = true;         // the first connector's URL, from the start
    RedisOptions redis = {.tcp = false, .keep = true, .arguments = {}};
    std::string nginx_server{};             // more inside nginx's server { ... }
    std::string nginx_http{};               // and inside its http { ... }
    bool replica = false;                   // of redis, over TCP; nginx is given both as one replication set
    std::vector<std::string> redis_urls{};  // instead of redis, for nginx and agents: nodes of a cluster
};

// The whole path in a folder of its own: Redis, nginx with a location for each connector, and the sandbox,
// whose webhooks go to the first connector. Agents are started when the test wants them.
class System {
public:
    explicit System(SystemOptions options = {});

    static constexpr std::string_view signing_key = "signing-key-of-the-path-tests";

    const Folder& folder() const { return folder_; }
    RedisServer& redis() { return redis_; }
    RedisServer& replica() { return *replica_; }
    void look_into(RedisServer& master) { looked_into_ = &master; }  // from now on: backlog() and the like
    Nginx& nginx() { return *nginx_; }
    SandboxProcess& sandbox() { return *sandbox_; }
    std::string webhook_url(const std::string& connector = "calendly") const;

    // What start_agent() writes to connector.yaml; tests may change it before.
    SystemOptions& options() { return options_; }
    std::string write_configuration();  // its path

    // Answering on its admin address. The last one started is agent().
    AgentProcess& start_agent(const Environment& environment = {});
    AgentProcess& agent() { return agents_.back(); }
    std::list<AgentProcess>& agents() { return agents_; }

    // Posts a signed delivery to nginx; gives the answer's status.
    unsigned post(const std::string& body, const std::string& connector = "calendly") const {
        return post_to(*nginx_, body, connector);
    }
    static unsigned post_to(const Nginx& nginx, const std::string& body,
                            const std::string& connector = "calendly");

    // Another one with the same locations, before the same Redis.
    Nginx& start_second_nginx();

    // Appends an entry that no webhook brought to the stream of history.
    void append_history(std::string body, std::string_view origin, bool with_events = false,
                        bool with_lists = false, const std::string& connector = "calendly") const;

    // Entries in the streams of webhooks and of history, and in the dead letters.
    std::int64_t backlog(const std::string& connector = "calendly") const;
    std::int64_t pending(const std::string& connector = "calendly") const;  // read and not acknowledged
    std::int64_t dead(const std::string& connector = "calendly") const;
    std::map<std::string, std::string> dead_letter(
        const std::string& connector = "calendly") const;  // the last one

    // Waits until the sandbox has delivered everything that it does not hold, and the agent is done with it.
    void settle(const std::string& connector = "calendly") const;

private:
    Sections common_sections() const;
    std::string redis_urls() const;

    SystemOptions options_;
    Folder folder_;
    RedisServer redis_;
    std::optional<RedisServer> replica_;
    RedisServer* looked_into_ = &redis_;
    std::optional<Nginx> nginx_;
    Folder second_folder_;
    std::optional<Nginx> second_nginx_;
    std::optional<SandboxProcess> sandbox_;
    std::uint16_t admin_port_;
    std::list<AgentProcess> agents_;
};

}  // namespace harness
