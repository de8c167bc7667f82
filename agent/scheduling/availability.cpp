#include "scheduling/availability.hpp"

#include <algorithm>

#include "rules/offered_times.hpp"

namespace scheduling {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using calendly::BookableType;
using calendly::Timestamp;

// However often Calendly is down, it is asked once in a few seconds.
constexpr api::CacheLimits limits_of_types{.lifetime = 60s, .failure_lifetime = 3s, .most = 1000};
constexpr api::CacheLimits limits_of_emails{.lifetime = 10min, .failure_lifetime = 60s, .most = 1000};
constexpr api::CacheLimits limits_of_times{.lifetime = 30s, .failure_lifetime = 3s, .most = 2000};
// What is so new is not asked again, whoever insists.
constexpr auto new_enough = 2s;
constexpr std::size_t most_alternatives = 3;
// Where those mostly are. As far as a visitor may ask is looked only when there are fewer.
constexpr std::chrono::days days_around{14};

bool can_be_booked(const BookableType& type) {
    return type.is_active && !type.is_secret && !type.is_paid &&
           (type.booking_method.empty() || type.booking_method == "instant");
}

std::string key_of(const BookableType& type, std::int64_t piece) {
    return type.uri + " " + std::to_string(piece);
}

}  // namespace

Availability::Availability(const Site& site, calendly::SchedulingApi& calendly, Now now)
    : site_(site),
      calendly_(calendly),
      now_(std::move(now)),
      types_(limits_of_types, waiting_),
      emails_(limits_of_emails, waiting_),
      times_(limits_of_times, waiting_) {}

asio::awaitable<Outcome<BookableType>> Availability::type(std::string id) {
    if (!site_.has_type(id)) co_return not_bookable();
    const auto fetch = [this, id] { return calendly_.bookable_type(id); };
    auto answer = co_await types_.get(id, {}, fetch);
    if (!answer) {
        auto refusal = not_shown(answer.error());
        refusal.scheduling_url = scheduling_url(id);
        co_return refusal;
    }
    last_urls_[id] = answer->scheduling_url;
    if (!can_be_booked(*answer)) co_return not_bookable();
    co_return *answer;
}

asio::awaitable<std::string> Availability::host_email(BookableType type) {
    if (type.owner.empty()) co_return std::string();
    const auto fetch = [this, owner = type.owner] { return calendly_.email_of(owner); };
    auto answer = co_await emails_.get(type.owner, {}, fetch);
    co_return answer ? *answer : std::string();
}

asio::awaitable<Outcome<std::vector<BookableType>>> Availability::types() {
    std::vector<BookableType> all;
    std::optional<Refusal> trouble;
    for (const auto& id : site_.types) {
        auto found = co_await type(id);
        if (found)
            all.push_back(std::move(*found));
        else if (found.error().code != Refusal::Code::not_bookable)
            trouble = found.error();
    }
    if (all.empty() && trouble) co_return *trouble;
    co_return all;
}

asio::awaitable<Outcome<Times>> Availability::times_since(BookableType type, Timestamp from, Timestamp to,
                                                          CacheTime since) {
    Times all;
    const auto now = now_();
    for (const auto& piece : rules::pieces_of(from, to, now)) {
        const auto fetch = [this, uri = type.uri, piece] {
            return calendly_.available_times(uri, piece.from, piece.to);
        };
        auto answer = co_await times_.get(key_of(type, piece.number), since, fetch);
        if (!answer) {
            auto refusal = not_shown(answer.error());
            refusal.scheduling_url = type.scheduling_url;
            co_return refusal;
        }
        for (const auto& time : *answer)
            if (time.start >= from && time.start < to && time.start > now) all.push_back(time);
    }
    co_return all;
}

asio::awaitable<Outcome<Times>> Availability::times(BookableType type, Timestamp from, Timestamp to) {
    return times_since(std::move(type), from, to, CacheTime{});
}

asio::awaitable<Outcome<bool>> Availability::is_offered(BookableType type, Timestamp start) {
    const auto end = start + 1us;
    auto kept = co_await times_since(type, start, end, CacheTime{});
    if (kept && !kept->empty()) co_return true;
    if (!kept) co_return kept.error();
    auto fresh = co_await times_since(type, start, end, std::chrono::system_clock::now() - new_enough);
    if (!fresh) co_return fresh.error();
    co_return !fresh->empty();
}

asio::awaitable<std::vector<Timestamp>> Availability::alternatives(BookableType type, Timestamp start) {
    std::vector<Timestamp> nearest;
    for (const auto around : {days_around, rules::longest_request}) {
        auto found = co_await times_since(type, start - around, start + around, CacheTime{});
        if (!found) break;
        std::erase_if(*found, [start](const auto& time) { return time.start == start; });
        nearest = rules::nearest_times(*found, start, most_alternatives);
        if (nearest.size() == most_alternatives) break;
    }
    co_return nearest;
}

void Availability::forget(const BookableType& type, Timestamp start) {
    const auto now = now_();
    for (const auto& piece : rules::pieces_of(start, start + 1us, now))
        times_.forget(key_of(type, piece.number));
}

std::string Availability::scheduling_url(const std::string& id) const {
    const auto found = last_urls_.find(id);
    return found == last_urls_.end() ? std::string() : found->second;
}

}  // namespace scheduling
