#include "cli/doctor.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "app/doctor.hpp"
#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/session.hpp"
#include "config/error.hpp"
#include "text/text.hpp"

namespace cli {
namespace {

namespace json = boost::json;
using rules::Finding;
using rules::Findings;

struct DoctorOptions {
    std::string connector;
    rules::Selection selection;
    bool is_strict = false;
};

json::value or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

void print_json(const Findings& findings) {
    json::array array;
    for (const auto& finding : findings)
        array.push_back(json::object{{"id", finding.id},
                                     {"area", rules::area_of(finding.id)},
                                     {"status", to_string(finding.status)},
                                     {"summary", finding.summary},
                                     {"why", or_null(finding.why)},
                                     {"fix", or_null(finding.fix)},
                                     {"ms", finding.took.count()}});
    fmt::print("{}\n", json::serialize(array));
}

}  // namespace

void print_findings(const Findings& findings) {
    for (const auto& finding : findings) {
        fmt::print("{:<4}  {:<8}  {}: {}\n", to_string(finding.status), rules::area_of(finding.id),
                   finding.id.substr(rules::area_of(finding.id).size() + 1), text::one_line(finding.summary));
        if (!finding.why.empty()) fmt::print("      why: {}\n", text::one_line(finding.why));
        if (!finding.fix.empty()) fmt::print("      fix: {}\n", text::one_line(finding.fix));
    }
    const auto counts = rules::count(findings);
    fmt::print("{} failures, {} warnings\n", counts.failures, counts.warnings);
}

namespace {

int report(const Findings& findings, bool as_json, bool is_strict) {
    as_json ? print_json(findings) : print_findings(findings);
    const auto counts = rules::count(findings);
    const bool is_bad = counts.failures > 0 || (is_strict && counts.warnings > 0);
    return is_bad ? app::exit_code::failed : app::exit_code::done;
}

// Nothing else can be looked at then.
int report_unreadable(const config::Error& error, bool as_json) {
    report({rules::failure("config.file", "the configuration cannot be used", error.what(),
                           "correct the place that is named, then calendly-brevo check")},
           as_json, false);
    return app::exit_code::configuration;
}

std::unique_ptr<Session> open_session(const CommonOptions& common, const DoctorOptions& options) {
    return std::make_unique<Session>(common, options.connector);
}

boost::asio::awaitable<int> examine(Session& session, const DoctorOptions& options, bool as_json) {
    const app::Patient patient{session.executor(), session.configuration(), session.config_path(),
                               session.connector(), session.services()};
    const auto findings = co_await app::diagnose(patient, options.selection);
    co_return report(findings, as_json, options.is_strict);
}

int run_doctor(const CommonOptions& common, const DoctorOptions& options) {
    std::unique_ptr<Session> session;
    try {
        session = open_session(common, options);
    } catch (const config::Error& error) {
        return report_unreadable(error, common.as_json);
    }
    session->hurry();
    return session->run([&] { return examine(*session, options, common.as_json); });
}

std::string check_names(const std::string& name) {
    return rules::unknown_name({name}).empty() ? std::string() : "neither an id nor an area: " + name;
}

Run declare_doctor(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<DoctorOptions>();
    add_connector_option(line, options->connector);
    const CLI::Validator known(check_names, "ID|AREA");
    line.add_option("--only", options->selection.only,
                    "Only these checks: ids (redis.memory) or areas (redis)")
        ->delimiter(',')
        ->check(known);
    line.add_option("--skip", options->selection.skip, "All but these")->delimiter(',')->check(known);
    line.add_flag("--strict", options->is_strict, "Warnings fail, too");
    line.final_callback([options] {
        const auto is_selected = [&](std::string_view id) { return options->selection.has(id); };
        if (std::ranges::none_of(rules::all_finding_ids, is_selected))
            throw CLI::ValidationError("--only, --skip", "no check is left");
    });
    return [&common, options] { return run_doctor(common, *options); };
}

}  // namespace

const Command doctor_command{"doctor",
                             "Look at the whole way of a booking and say what is wrong and what to do", true,
                             declare_doctor};

}  // namespace cli
