#include "rules/finding.hpp"

#include <algorithm>

namespace rules {
namespace {

bool names(const std::vector<std::string>& list, std::string_view id) {
    return std::ranges::any_of(list, [&](const auto& name) { return name == id || name == area_of(id); });
}

std::ptrdiff_t rank_of(std::string_view id) {
    return std::ranges::find(all_finding_ids, id) - all_finding_ids.begin();
}

}  // namespace

std::string_view to_string(FindingStatus status) noexcept {
    switch (status) {
        case FindingStatus::ok:
            return "ok";
        case FindingStatus::warn:
            return "warn";
        case FindingStatus::fail:
            return "fail";
    }
    return "fail";
}

Finding well(std::string id, std::string summary) {
    return {std::move(id), FindingStatus::ok, std::move(summary), {}, {}};
}

Finding warning(std::string id, std::string summary, std::string why, std::string fix) {
    return {std::move(id), FindingStatus::warn, std::move(summary), std::move(why), std::move(fix)};
}

Finding failure(std::string id, std::string summary, std::string why, std::string fix) {
    return {std::move(id), FindingStatus::fail, std::move(summary), std::move(why), std::move(fix)};
}

Finding unknown(std::string id, std::string why, std::string fix) {
    return warning(std::move(id), "cannot be known", std::move(why), std::move(fix));
}

std::string_view area_of(std::string_view id) noexcept {
    return id.substr(0, id.find('.'));
}

bool Selection::has(std::string_view id) const {
    return (only.empty() || names(only, id)) && !names(skip, id);
}

bool Selection::has_area(std::string_view area) const {
    return std::ranges::any_of(all_finding_ids,
                               [&](std::string_view id) { return area_of(id) == area && has(id); });
}

std::string unknown_name(const std::vector<std::string>& wanted) {
    for (const auto& name : wanted) {
        const auto is_meant = [&](std::string_view id) { return name == id || name == area_of(id); };
        if (std::ranges::none_of(all_finding_ids, is_meant)) return name;
    }
    return {};
}

Findings sorted(Findings findings, const Selection& selection) {
    std::erase_if(findings, [&](const auto& finding) { return !selection.has(finding.id); });
    std::ranges::stable_sort(findings, {}, [](const auto& finding) { return rank_of(finding.id); });
    return findings;
}

bool is_well_but_for_agent(const Findings& findings) {
    const auto has_failed = [](const Finding& finding) { return finding.status == FindingStatus::fail; };
    const bool runs = std::ranges::none_of(
        findings, [&](const auto& finding) { return finding.id == "agent.running" && has_failed(finding); });
    return std::ranges::none_of(findings, [&](const auto& finding) {
        const bool is_of_agent = area_of(finding.id) == "agent" || (!runs && finding.id == "edge.path");
        return has_failed(finding) && !is_of_agent;
    });
}

FindingCounts count(const Findings& findings) noexcept {
    FindingCounts counts;
    for (const auto& finding : findings) {
        counts.failures += finding.status == FindingStatus::fail;
        counts.warnings += finding.status == FindingStatus::warn;
    }
    return counts;
}

}  // namespace rules
