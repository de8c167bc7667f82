#include "api/api_state.hpp"

#include <algorithm>
#include <numeric>

namespace api {

std::string_view to_string(ApiName api) noexcept {
    switch (api) {
        case ApiName::calendly:
            return "Calendly";
        case ApiName::brevo_contacts:
            return "Brevo's contacts";
        case ApiName::brevo_events:
            return "Brevo's events";
    }
    return {};
}

std::string_view label_of(ApiName api) noexcept {
    switch (api) {
        case ApiName::calendly:
            return "calendly";
        case ApiName::brevo_contacts:
            return "brevo_contacts";
        case ApiName::brevo_events:
            return "brevo_events";
    }
    return {};
}

std::string_view to_string(RetryCause cause) noexcept {
    switch (cause) {
        case RetryCause::conflict:
            return "conflict";
        case RetryCause::no_answer:
            return "no_answer";
        case RetryCause::rate_limited:
            return "rate_limited";
        case RetryCause::refused:
            return "refused";
        case RetryCause::server_trouble:
            return "server_trouble";
    }
    return {};
}

bool ApiStates::is_any_parked() const noexcept {
    return std::ranges::any_of(states_, &ApiState::is_parked);
}

bool ApiStates::are_all_well() const noexcept {
    return std::ranges::none_of(states_,
                                [](const ApiState& state) { return state.is_parked() || state.is_resting; });
}

std::size_t ApiStates::stuck() const noexcept {
    return std::accumulate(states_.begin(), states_.end(), std::size_t{0},
                           [](std::size_t sum, const ApiState& state) { return sum + state.stuck; });
}

}  // namespace api
