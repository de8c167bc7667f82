// How the APIs are: the one record that their callers keep, and that health, metrics and the flow look at.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace api {

// Brevo limits and refuses calls about contacts and events separately.
enum class ApiName { brevo_contacts, brevo_events, calendly };

inline constexpr std::array all_apis = {ApiName::brevo_contacts, ApiName::brevo_events, ApiName::calendly};

// As logs and health say it: "Calendly", "Brevo's contacts", "Brevo's events".
std::string_view to_string(ApiName api) noexcept;
// As the label `api` of metrics says it: "calendly", "brevo_contacts", "brevo_events".
std::string_view label_of(ApiName api) noexcept;

// Why a call had to be made again.
enum class RetryCause {
    conflict,        // somebody else was at the same thing
    no_answer,       // the network failed, or what answered was not the API
    rate_limited,    // 429
    refused,         // the credential or the account is
    server_trouble,  // 5xx
};
inline constexpr std::array all_retry_causes = {RetryCause::conflict, RetryCause::no_answer,
                                                RetryCause::rate_limited, RetryCause::refused,
                                                RetryCause::server_trouble};

// "conflict", "no_answer", ...: the label `cause` of metrics.
std::string_view to_string(RetryCause cause) noexcept;

struct ApiState {
    // Why the credential or the account is refused: nothing new is consumed.
    std::optional<std::string> parked;
    std::optional<std::chrono::system_clock::time_point> parked_since{};  // while it is parked
    bool is_resting = false;  // in trouble: one call now and then finds out whether it is over
    std::string trouble{};    // why it rests; "": it does not
    std::uint64_t calls = 0;  // that came to an answer or a failure
    std::array<std::uint64_t, all_retry_causes.size()> retries{};  // calls made again, by RetryCause
    std::set<std::string> missing_scopes;  // that calls were refused for want of, with this credential
    std::size_t stuck = 0;  // pieces of work whose call has failed again and again, and goes on

    bool is_parked() const noexcept { return parked.has_value(); }
    std::uint64_t& retries_for(RetryCause cause) noexcept { return retries[static_cast<std::size_t>(cause)]; }
    std::uint64_t retries_for(RetryCause cause) const noexcept {
        return retries[static_cast<std::size_t>(cause)];
    }
};

// Those of one connector.
class ApiStates {
public:
    ApiState& of(ApiName api) noexcept { return states_[static_cast<std::size_t>(api)]; }
    const ApiState& of(ApiName api) const noexcept { return states_[static_cast<std::size_t>(api)]; }

    bool is_any_parked() const noexcept;
    bool are_all_well() const noexcept;  // none is parked or resting
    std::size_t stuck() const noexcept;

private:
    std::array<ApiState, all_apis.size()> states_;
};

}  // namespace api
