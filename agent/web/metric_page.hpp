// Makes Prometheus text: for each name one family, with a sample for each connector and each value of its
// labels, whether or not anything was counted.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "api/histogram.hpp"
#include "sync/connector_status.hpp"

namespace web {

class MetricPage {
public:
    using Type = prometheus::MetricType;
    using Labels = std::vector<prometheus::ClientMetric::Label>;

    class Family {
    public:
        Family(Type type, std::string name, std::string help)
            : family_{std::move(name), std::move(help), type, {}} {}
        void add(Labels labels, double value);
        void add(Labels labels, const api::Histogram& histogram);
        prometheus::MetricFamily take() && { return std::move(family_); }

    private:
        prometheus::MetricFamily family_;
    };

    explicit MetricPage(const std::vector<syncing::ConnectorStatus>& connectors) : connectors_(connectors) {}

    // Lives as long as the page.
    Family& family(Type type, std::string name, std::string help) {
        return families_.emplace_back(type, std::move(name), std::move(help));
    }

    // `value(connector)` is the sample of each connector.
    template <typename Value>
    void gauge(std::string name, std::string help, Value value) {
        each(Type::Gauge, std::move(name), std::move(help), value);
    }
    template <typename Value>
    void counter(std::string name, std::string help, Value value) {
        each(Type::Counter, std::move(name), std::move(help), value);
    }
    template <typename Value>
    void histogram(std::string name, std::string help, Value value) {
        each(Type::Histogram, std::move(name), std::move(help), value);
    }

    // `value(connector, one)` for each one of `all`, which `to_text` makes the value of `label`.
    template <typename All, typename ToText, typename Value>
    void gauges(std::string name, std::string help, std::string label, const All& all, ToText to_text,
                Value value) {
        each_of(Type::Gauge, std::move(name), std::move(help), std::move(label), all, to_text, value);
    }
    template <typename All, typename ToText, typename Value>
    void counters(std::string name, std::string help, std::string label, const All& all, ToText to_text,
                  Value value) {
        each_of(Type::Counter, std::move(name), std::move(help), std::move(label), all, to_text, value);
    }
    // `value(connector, one, other)` for each pair.
    template <typename All, typename ToText, typename Others, typename OtherText, typename Value>
    void counters(std::string name, std::string help, std::string label, const All& all, ToText to_text,
                  std::string other_label, const Others& others, OtherText other_text, Value value) {
        auto& added = family(Type::Counter, std::move(name), std::move(help));
        for (const auto& connector : connectors_)
            for (const auto& one : all)
                for (const auto& other : others)
                    added.add({{"connector", connector.name},
                               {label, to_text(one)},
                               {other_label, other_text(other)}},
                              static_cast<double>(value(connector, one, other)));
    }

    // Of all families, in their order; then the page is empty.
    std::string text();

private:
    template <typename Value>
    void each(Type type, std::string name, std::string help, Value value) {
        auto& added = family(type, std::move(name), std::move(help));
        for (const auto& connector : connectors_)
            added.add({{"connector", connector.name}}, value(connector));
    }

    template <typename All, typename ToText, typename Value>
    void each_of(Type type, std::string name, std::string help, std::string label, const All& all,
                 ToText to_text, Value value) {
        auto& added = family(type, std::move(name), std::move(help));
        for (const auto& connector : connectors_)
            for (const auto& one : all)
                added.add({{"connector", connector.name}, {label, to_text(one)}},
                          static_cast<double>(value(connector, one)));
    }

    const std::vector<syncing::ConnectorStatus>& connectors_;
    std::deque<Family> families_;
};

}  // namespace web
