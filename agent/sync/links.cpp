#include "sync/links.hpp"

#include <utility>

namespace syncing {
namespace {

constexpr unsigned well = 200;

api::ApiFailure unusable(std::string reason) {
    api::ApiFailure failure;
    failure.remedy = api::Remedy::give_up;
    failure.reason = std::move(reason);
    return failure;
}

}  // namespace

boost::asio::awaitable<api::Answer<rules::Sightings>> Links::follow(calendly::Delivery delivery,
                                                                    rules::Trail::Moment received,
                                                                    bool is_read_from_api,
                                                                    const rules::Ledger& ledger,
                                                                    rules::Steps& steps) {
    const rules::Trail::Settings settings{follow_links_, api_origin_, is_read_from_api};
    rules::Trail trail(delivery, ledger, settings, received);
    api::ApiFailure failure;
    while (const auto* question = trail.next()) {
        StepTimer timer(rules::StepKind::link);
        auto answer = co_await lookup_.ask(*question, timer);
        steps.push_back(timer.end(answer ? well : answer.error().status));
        if (answer) {
            trail.tell(std::move(*answer));
            continue;
        }
        failure = answer.error();
        trail.tell(silence_of(failure));
    }
    if (!trail.is_lost()) co_return trail.take_sightings();
    if (!trail.mistake().empty()) failure = unusable(trail.mistake());
    co_return failure;
}

}  // namespace syncing
