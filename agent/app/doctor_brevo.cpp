// The Brevo account: the key, and what the configuration writes to.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/connector_services.hpp"
#include "app/doctor.hpp"
#include "app/doctor_call.hpp"
#include "brevo/codec.hpp"
#include "brevo/refusal.hpp"
#include "rules/account_check.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;
using rules::Finding;
using rules::Findings;

Finding judge_key(const HeardAnswer& answer) {
    constexpr auto id = "brevo.key";
    if (answer.status == 0)
        return rules::failure(id, "Brevo cannot be reached", answer.trouble,
                              "look at the network, and at brevo.api_url");
    if (answer.status / 100 == 2) return rules::well(id, "Brevo accepts the key");
    const auto refusal = api::judge_refusal(answer.status, answer.body, brevo::refusal_form);
    const auto why = refusal.words.empty() ? fmt::format("it answered {}", answer.status)
                                           : fmt::format("it answered {}: {}", answer.status, refusal.words);
    if (refusal.words.find("IP address") != std::string::npos)
        return rules::failure(id, "Brevo does not know this machine's address", why,
                              "authorise the address: https://app.brevo.com/security/authorised_ips");
    if (answer.status == 429)
        return rules::warning(id, "Brevo's rate limit is used up, so the key cannot be tried", why,
                              "try again in a while; brevo.rate_limit leaves room for others");
    if (refusal.remedy == api::Remedy::park)
        return rules::failure(id, "Brevo refuses the key", why,
                              "make a key (SMTP & API > API keys) and configure it as brevo.api_key");
    return rules::failure(id, "Brevo does not answer as it should", why, "try again; see status.brevo.com");
}

Finding judge_attributes(const rules::FieldMapping& mapping, const rules::AccountAttributes& attributes) {
    constexpr auto id = "brevo.attributes";
    const auto missing = rules::missing_attributes(mapping, attributes);
    if (missing.empty()) return rules::well(id, "all that are mapped are there");
    return rules::warning(id, fmt::format("missing: {}", fmt::join(missing, ", ")),
                          "Brevo drops their values without a word",
                          "make them (Contacts > Settings > Contact attributes), or brevo: "
                          "{create_attributes: true}");
}

Finding judge_types(const rules::Mapping& mapping, const rules::AccountAttributes& attributes) {
    constexpr auto id = "brevo.types";
    const auto unwritable = rules::unwritable_attributes(mapping.field_mapping, attributes);
    const auto status = rules::status_problem(mapping, attributes);
    const auto unfit = rules::unfit_attributes(mapping.field_mapping, attributes);
    if (unwritable.empty() && unfit.empty() && status.empty())
        return rules::well(id, "each can hold its value");
    std::string why = status;
    if (!unfit.empty()) {
        why += why.empty() ? "" : "; ";
        why += fmt::format("what is mapped does not fit the type: {}", fmt::join(unfit, "; "));
    }
    if (!unwritable.empty()) {
        why += why.empty() ? "" : "; ";
        why += fmt::format("a value cannot be written to: {}", fmt::join(unwritable, ", "));
    }
    return rules::failure(
        id, "attributes that cannot hold their values", why,
        "make text attributes and map to these, or give the category the options that are named");
}

Finding judge_lists(const rules::Mapping& mapping, const rules::Lists& missing) {
    constexpr auto id = "brevo.lists";
    if (missing.empty())
        return rules::well(id, fmt::format("{} configured", rules::configured_lists(mapping).size()));
    return rules::warning(id, fmt::format("missing: {}", fmt::join(missing, ", ")),
                          rules::list_problem(mapping, missing),
                          "correct the list_id in the configuration: Contacts > Lists shows the numbers");
}

}  // namespace

static boost::asio::awaitable<Finding> examine_lists(Patient patient) {
    const auto& mapping = patient.connector.mapping;
    rules::Lists missing;
    for (const auto& [list, places] : rules::configured_lists(mapping)) {
        const auto is_there = co_await patient.services.brevo().has_list(list);
        if (!is_there)
            co_return rules::unknown("brevo.lists", api::describe(is_there.error()), "see brevo.key");
        if (!*is_there) missing.insert(list);
    }
    co_return judge_lists(mapping, missing);
}

boost::asio::awaitable<void> examine_brevo(Patient patient, Findings& findings) {
    const auto& connector = patient.connector;
    Question question{connector.brevo.api_url, connector.brevo.ca_file, "/contacts/attributes", "api-key",
                      connector.brevo.api_key, "x-sib-ratelimit-limit"};
    const auto answer = co_await ask(patient.executor, std::move(question));
    findings.push_back(judge_key(answer));
    add_clock(answer, "Brevo", findings);
    if (answer.status / 100 != 2) co_return;  // what says no more of the account
    findings.push_back(check_rate("brevo.rate_limit", connector.brevo.rate_limit, answer.limit, 1s,
                                  fmt::format("brevo: {{rate_limit: {}/s}}", answer.limit.value_or(0))));
    try {
        const auto attributes = rules::index_by_name(brevo::parse_attributes(answer.body));
        findings.push_back(judge_attributes(connector.mapping.field_mapping, attributes));
        findings.push_back(judge_types(connector.mapping, attributes));
    } catch (const brevo::ShapeError& error) {
        findings.front() = rules::failure("brevo.key", "what answers is not Brevo", error.what(),
                                          "look at brevo.api_url and at proxies on the way");
        co_return;
    }
    auto lists = co_await examine_lists(patient);
    findings.push_back(std::move(lists));
}

}  // namespace app
