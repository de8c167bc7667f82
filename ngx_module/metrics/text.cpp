#include "ngx_module/metrics/text.hpp"

namespace edge::metrics {
namespace {

void append_head(std::string& out, std::string_view metric, std::string_view type, std::string_view help) {
    out.append("# HELP ").append(metric).append(" ").append(help).append("\n");
    out.append("# TYPE ").append(metric).append(" ").append(type).append("\n");
}

void append_sample(std::string& out, std::string_view series, std::string_view value) {
    out.append(series).append(" ").append(value).append("\n");
}

std::string escaped(std::string_view label_value) {
    std::string out;
    for (const char c : label_value) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') out += '\\';
        out += c;
    }
    return out;
}

std::string seconds(std::uint64_t nanoseconds) {
    constexpr std::uint64_t second = 1'000'000'000;
    const std::string fraction = std::to_string(nanoseconds % second);
    return std::to_string(nanoseconds / second) + "." + std::string(9 - fraction.size(), '0') + fraction;
}

void append_webhooks(std::string& out, const std::vector<Snapshot::Connector>& connectors) {
    constexpr std::string_view metric = "calendly_edge_webhooks_total";
    append_head(out, metric, "counter", "Deliveries by what became of them.");
    for (const auto& connector : connectors) {
        const std::string labels = std::string(metric) + "{connector=\"" + escaped(connector.name) + "\"";
        for (std::size_t i = 0; i < connector.results.size(); ++i) {
            const std::string_view result = name(static_cast<Result>(i));
            if (result.empty()) continue;
            append_sample(out, labels + ",result=\"" + std::string(result) + "\"}",
                          std::to_string(connector.results[i]));
        }
    }
}

void append_stores(std::string& out, const Snapshot& snapshot) {
    const std::string metric = "calendly_edge_store_seconds";
    append_head(out, metric, "histogram", "How long accepted deliveries waited for Redis's acknowledgement.");
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < snapshot.stores.size(); ++i) {
        so_far += snapshot.stores[i];
        const auto bound = i < store_buckets.size() ? store_buckets[i].seconds : "+Inf";
        append_sample(out, metric + "_bucket{le=\"" + std::string(bound) + "\"}", std::to_string(so_far));
    }
    append_sample(out, metric + "_sum", seconds(snapshot.store_nanoseconds));
    append_sample(out, metric + "_count", std::to_string(so_far));
}

void append_gauge(std::string& out, std::string_view metric, std::int64_t value, std::string_view help) {
    append_head(out, metric, "gauge", help);
    append_sample(out, metric, std::to_string(value));
}

}  // namespace

std::string prometheus_text(const Snapshot& snapshot) {
    std::string out;
    append_webhooks(out, snapshot.connectors);
    append_stores(out, snapshot);
    append_gauge(out, "calendly_edge_inflight", snapshot.inflight, "Deliveries that wait for Redis now.");
    append_gauge(out, "calendly_edge_redis_up", snapshot.redis_up,
                 "1 when every connection to Redis of every worker works, else 0.");
    return out;
}

}  // namespace edge::metrics
