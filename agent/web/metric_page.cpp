#include "web/metric_page.hpp"

#include <limits>

#include <prometheus/text_serializer.h>

namespace web {

using prometheus::ClientMetric;

void MetricPage::Family::add(Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    (family_.type == Type::Counter ? metric.counter.value : metric.gauge.value) = value;
    family_.metric.push_back(std::move(metric));
}

// Prometheus' buckets contain those below them.
void MetricPage::Family::add(Labels labels, const api::Histogram& histogram) {
    ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        below += histogram.counts()[i];
        const bool is_last = i == histogram.bounds().size();
        metric.histogram.bucket.push_back(
            {below, is_last ? std::numeric_limits<double>::infinity() : histogram.bounds()[i]});
    }
    metric.histogram.sample_count = below;
    metric.histogram.sample_sum = histogram.sum();
    family_.metric.push_back(std::move(metric));
}

std::string MetricPage::text() {
    std::vector<prometheus::MetricFamily> families;
    for (auto& added : families_) families.push_back(std::move(added).take());
    families_.clear();
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace web
