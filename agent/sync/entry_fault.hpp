// Why an entry can never be synced: what it says itself, or the final word that an API, asked for what the
// entry says, has about it. Nothing else can be made into one, and nothing else goes to the dead letters.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "api/api_failure.hpp"
#include "calendly/parse.hpp"
#include "sync/counters.hpp"

namespace syncing {

class EntryFault {
public:
    explicit EntryFault(const calendly::ShapeError& error) : EntryFault(error.what(), FaultKind::malformed) {}

    // `kind`: whose word it is. Throws std::logic_error for a failure that is to be repeated.
    EntryFault(api::ApiFailure final_word, FaultKind kind) : failure_(std::move(final_word)), kind_(kind) {
        if (failure_.remedy != api::Remedy::give_up)
            throw std::logic_error("a failure that is not final was taken for an entry's fault");
    }

    // The entry lacks it.
    static EntryFault lacks(std::string what) { return {std::move(what), FaultKind::lacking}; }

    const api::ApiFailure& failure() const noexcept { return failure_; }
    FaultKind kind() const noexcept { return kind_; }

private:
    EntryFault(std::string reason, FaultKind kind) : kind_(kind) {
        failure_.remedy = api::Remedy::give_up;
        failure_.reason = std::move(reason);
    }

    api::ApiFailure failure_;
    FaultKind kind_;
};

}  // namespace syncing
