#include "bench/agent/latency.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/agent/site.hpp"
#include "bench/common/median.hpp"
#include "bench/common/progress.hpp"
#include "e2e/harness/http_client.hpp"
#include "e2e/harness/nginx.hpp"
#include "shared/signature.hpp"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view signing_key = "signing-key-of-the-benchmark";

harness::NginxOptions nginx_options(const harness::Folder& folder, const std::string& redis_url) {
    harness::NginxOptions options{.http = "keepalive_timeout 3600;\n", .main = "worker_cpu_affinity 10;\n"};
    options.location = "access_log off; calendly_webhook calendly; calendly_signing_key_file " +
                       folder.secret("signing.key", signing_key) + "; calendly_redis " + redis_url + ";";
    return options;
}

harness::HttpRequest webhook(std::uint64_t number) {
    using namespace std::chrono;
    const auto now = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
    auto body = delivery_of(number);
    auto signature = shared::sign_delivery(signing_key, now, body);
    return {.target = harness::Nginx::path,
            .headers = {{std::string(shared::signature_header_name), std::move(signature)},
                        {"Content-Type", "application/json"}},
            .body = std::move(body)};
}

// When each was answered.
std::vector<Clock::time_point> post_all(std::uint16_t port, std::uint64_t first, const LatencyPlan& plan) {
    harness::HttpClient client(port);
    std::vector<Clock::time_point> answered;
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < plan.webhooks; ++i) {
        const auto request = webhook(first + i);
        const std::chrono::duration<double> due(static_cast<double>(i) / plan.rate);
        std::this_thread::sleep_until(begin + std::chrono::duration_cast<Clock::duration>(due));
        const auto status = client.request(request).status;
        answered.push_back(Clock::now());
        if (status != 200) throw std::runtime_error("nginx answered " + std::to_string(status));
        if (i % 20 == 0)
            show_progress(std::to_string(i) + " of " + std::to_string(plan.webhooks) + " webhooks");
    }
    show_progress("");
    return answered;
}

double milliseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

LatencyFigures figures(const std::string& candidate, std::vector<double> values) {
    std::ranges::sort(values);
    const auto rank = static_cast<std::size_t>(std::ceil(0.99 * static_cast<double>(values.size())));
    return {candidate, median(values), values.at(rank - 1), values.back()};
}

}  // namespace

LatencyFigures measure_latency(const Candidate& candidate, const LatencyPlan& plan) {
    Site site(candidate);
    const harness::Folder folder;
    const harness::Nginx nginx(folder, nginx_options(folder, site.stream().url()));
    site.start_and_warm_up();
    if (candidate.connectors > 1) site.let_settle();
    if (candidate.neighbour == Neighbour::flooded) site.flood_neighbour();
    const auto first = site.next_number();
    site.expect(plan.webhooks);
    const auto answered = post_all(nginx.port(), first, plan);
    site.wait();
    site.check();
    std::vector<double> values;
    for (std::size_t i = 0; i < answered.size(); ++i)
        values.push_back(milliseconds(site.apis().written_at(first + i) - answered[i]));
    site.agents().stop();
    return figures(candidate.name, std::move(values));
}

}  // namespace bench
