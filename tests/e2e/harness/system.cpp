#include "e2e/harness/system.hpp"

#include <chrono>
#include <stdexcept>

#include "e2e/harness/free_port.hpp"
#include "shared/signature.hpp"

namespace harness {
namespace {

constexpr Duration settling_deadline{60'000};

// The first connector's path is nginx's usual one.
std::string path_of(const std::string& connector) {
    return connector == "calendly" ? Nginx::path : std::string(Nginx::path) + "/" + connector;
}

std::string directives(const std::string& connector, const std::string& key_file,
                       const std::string& redis_url) {
    return "calendly_webhook " + connector + "; calendly_signing_key_file " + key_file + "; calendly_redis " +
           redis_url + ";";
}

NginxOptions nginx_options(const Folder& folder, const SystemOptions& options, const std::string& redis_url) {
    const auto key_file = folder.secret("signing.key", std::string(System::signing_key) + "\n");
    NginxOptions nginx;
    nginx.location = directives("calendly", key_file, redis_url);
    nginx.server = options.nginx_server;
    nginx.http = options.nginx_http;
    for (const auto& [name, sections] : options.connectors)
        if (name != "calendly")
            nginx.server +=
                "location = " + path_of(name) + " { " + directives(name, key_file, redis_url) + " }\n";
    return nginx;
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

const std::string& brevo_rate_limit(const SystemOptions& options) {
    return options.brevo_rate_limit.empty() ? options.rate_limit : options.brevo_rate_limit;
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
    std::string all;
    for (const auto& text : texts) all.append(all.empty() ? "" : between).append(text);
    return all;
}

// For the agent.
std::string redis_section(const std::vector<std::string>& urls) {
    return "{urls: [\"" + joined(urls, "\", \"") + "\"]}";
}

// The sandbox's word for no limit.
std::string as_argument(const std::string& limit) {
    return limit == "none" ? "0" : limit;
}

}  // namespace

System::System(SystemOptions options)
    : options_(std::move(options)), redis_(folder_, options_.redis), admin_port_(free_port()) {
    if (options_.replica) {
        replica_.emplace(folder_, RedisOptions{.tcp = true, .keep = true, .name = "replica"});
        replica_->follow(redis_);
    }
    nginx_.emplace(folder_, nginx_options(folder_, options_, redis_urls()));
    SandboxOptions sandbox{webhook_url(), std::string(signing_key), options_.tls, {}};
    if (!options_.is_subscribed) sandbox.webhook_url.clear();
    sandbox.arguments = {"--calendly-rate", as_argument(options_.rate_limit),
                         "--brevo-rate",    as_argument(brevo_rate_limit(options_)),
                         "--retry-base-ms", "200"};
    sandbox.arguments.insert(sandbox.arguments.end(), options_.sandbox.begin(), options_.sandbox.end());
    sandbox_.emplace(folder_, sandbox);
}

std::string System::redis_urls() const {
    if (!options_.redis_urls.empty()) return joined(options_.redis_urls, " ");
    return replica_ ? redis_.tcp_url() + " " + replica_->tcp_url() : redis_.url();
}

std::string System::webhook_url(const std::string& connector) const {
    return "http://127.0.0.1:" + std::to_string(nginx_->port()) + path_of(connector);
}

Sections System::common_sections() const {
    const auto trust = options_.tls ? ", ca_file: " + quoted(sandbox_->ca_file()) : "";
    const auto pace = [&](const std::string& limit) { return ", rate_limit: " + limit + trust + "}"; };
    Sections sections = {
        {"redis", options_.redis_urls.empty() ? "{url: " + quoted(redis_.url()) + "}"
                                              : redis_section(options_.redis_urls)},
        {"calendly", "{api_url: " + quoted(sandbox_->calendly_url()) + pace(options_.rate_limit)},
        {"brevo", "{api_url: " + quoted(sandbox_->brevo_url()) + ", api_key: " + SandboxProcess::api_key +
                      pace(brevo_rate_limit(options_))},
        {"admin", "{listen: " + quoted("127.0.0.1:" + std::to_string(admin_port_)) + "}"}};
    for (const auto& [name, text] : options_.common) sections[name] = text;
    return sections;
}

std::string System::write_configuration() {
    return folder_.secret("connector.yaml", agent_yaml(options_.connectors, common_sections()));
}

AgentProcess& System::start_agent(const Environment& environment) {
    if (!agents_.empty() && agents_.back().running()) admin_port_ = free_port();
    const auto configuration = write_configuration();
    auto& agent = agents_.emplace_back(folder_, "agent" + std::to_string(agents_.size() + 1), configuration,
                                       admin_address(common_sections().at("admin")), environment);
    wait_until(
        [&] {
            if (!agent.running()) throw std::runtime_error("the agent ended: " + agent.log());
            return agent.has_logged("health and metrics at");
        },
        "the agent should start", Duration(60'000));
    return agent;
}

Nginx& System::start_second_nginx() {
    return second_nginx_.emplace(second_folder_, nginx_options(second_folder_, options_, redis_urls()));
}

unsigned System::post_to(const Nginx& nginx, const std::string& body, const std::string& connector) {
    using namespace std::chrono;
    const auto now = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
    const HttpRequest request{.target = path_of(connector),
                              .headers = {{std::string(shared::signature_header_name),
                                           shared::sign_delivery(signing_key, now, body)},
                                          {"Content-Type", "application/json"}},
                              .body = body};
    return send_once(nginx.port(), request).status;
}

std::int64_t System::backlog(const std::string& connector) const {
    auto client = looked_into_->client();
    return client.integer({"XLEN", shared::webhooks_key(connector)}) +
           client.integer({"XLEN", shared::history_key(connector)});
}

void System::append_history(std::string body, std::string_view origin, bool with_events, bool with_lists,
                            const std::string& connector) const {
    using namespace std::chrono;
    shared::WebhookEntry entry;
    entry.body = std::move(body);
    entry.received_ms = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    entry.key = shared::api_key_name;
    entry.origin = origin;
    entry.with_events = with_events;
    entry.with_lists = with_lists;
    looked_into_->client().append(shared::history_key(connector), std::move(entry));
}

std::int64_t System::pending(const std::string& connector) const {
    auto client = looked_into_->client();
    std::int64_t pending = 0;
    for (const auto& stream : {shared::webhooks_key(connector), shared::history_key(connector)}) {
        const auto reply = client.command({"XPENDING", stream, shared::webhook_group});
        if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0) pending += reply->element[0]->integer;
    }
    return pending;
}

std::int64_t System::dead(const std::string& connector) const {
    return looked_into_->client().integer({"XLEN", shared::dead_key(connector)});
}

std::map<std::string, std::string> System::dead_letter(const std::string& connector) const {
    auto client = looked_into_->client();
    const auto reply = client.command({"XREVRANGE", shared::dead_key(connector), "+", "-", "COUNT", "1"});
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 1) throw std::runtime_error("no dead letter");
    const auto& fields = *reply->element[0]->element[1];
    std::map<std::string, std::string> letter;
    for (std::size_t i = 0; i + 1 < fields.elements; i += 2)
        letter[std::string(shared::text(*fields.element[i]))] = shared::text(*fields.element[i + 1]);
    return letter;
}

void System::settle(const std::string& connector) const {
    wait_until([&] { return !sandbox_->has_pending_deliveries(); }, "the deliveries should be accepted",
               settling_deadline);
    wait_until([&] { return backlog(connector) == 0; }, "the agent should be done with every entry",
               settling_deadline);
}

}  // namespace harness
