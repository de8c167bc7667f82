// The control API's calls about deliveries: hold, release, and deliver anything.
#include <functional>
#include <random>

#include "sandbox/control_api.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/odd_fields.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

json::array list_held(const Deliveries& deliveries) {
    json::array held;
    for (const auto& delivery : deliveries.held()) {
        auto shown = to_json(delivery);
        shown["body"] = json::parse(delivery.body);
        held.push_back(std::move(shown));
    }
    return held;
}

std::vector<std::uint64_t> held_ids(const Deliveries& deliveries, std::int64_t copies) {
    std::vector<std::uint64_t> ids;
    for (const auto& delivery : deliveries.held())
        ids.insert(ids.end(), static_cast<std::size_t>(copies), delivery.id);
    return ids;
}

// Spelled out, since std::shuffle differs between libraries: a seed means the same order everywhere.
void shuffle(std::vector<std::uint64_t>& ids, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random() % i]);
}

std::vector<std::uint64_t> to_ids(const std::vector<std::int64_t>& numbers) {
    return {numbers.begin(), numbers.end()};
}

// Gives so many of a hundred deliveries odd fields.
std::function<void(Delivery&)> make_odd(std::int64_t percent, std::uint64_t seed) {
    if (percent == 0) return {};
    return [percent, random = std::mt19937_64(seed)](Delivery& delivery) mutable {
        if (static_cast<std::int64_t>(random() % 100) < percent)
            delivery.body = with_odd_fields(delivery.body, random());
    };
}

}  // namespace

void ControlApi::add_delivery_routes() {
    router_.add("POST", "/hold", [this](const Call&) {
        world_->deliveries->hold();
        return created({{"held", list_held(*world_->deliveries)}});
    });
    router_.add("GET", "/held", [this](const Call&) {
        return shown({{"held", list_held(*world_->deliveries)}});
    });
    router_.add("POST", "/release", [this](const Call& call) { return release(call); });
    router_.add("POST", "/deliver", [this](const Call& call) { return deliver(call); });
    router_.add("POST", "/disable_subscription",
                [this](const Call& call) { return disable_subscription(call); });
}

// {ids: [...], keep?, odd?, seed?}: those, in this order, and the hold goes on; with keep for copies of them
// as well. Else everything: {order?: given|shuffled|reversed, seed?, copies?}, and the hold ends.
Answer ControlApi::release(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"ids", "keep", "odd", "order", "seed", "copies"});
    const auto chosen = fields.integers("ids");
    const auto order = fields.text("order").value_or("given");
    const auto seed = fields.integer("seed").value_or(1);
    const auto copies = fields.integer("copies").value_or(1);
    const bool keep = fields.boolean("keep").value_or(false);
    const auto odd = fields.integer("odd").value_or(0);
    if (keep && !chosen) fields.fail("keep", "is for ids");
    if (odd < 0 || odd > 100) fields.fail("odd", "must be 0 to 100, in percent");
    if (order != "given" && order != "shuffled" && order != "reversed")
        fields.fail("order", "must be given, shuffled or reversed");
    if (copies < 1 || copies > 100) fields.fail("copies", "must be 1 to 100");
    require_valid(fields);
    auto& deliveries = *world_->deliveries;
    auto ids = chosen ? to_ids(*chosen) : held_ids(deliveries, copies);
    if (order == "reversed") std::reverse(ids.begin(), ids.end());
    if (order == "shuffled") shuffle(ids, static_cast<std::uint64_t>(seed));
    try {
        deliveries.release(ids, keep, make_odd(odd, static_cast<std::uint64_t>(seed)));
    } catch (const std::out_of_range& unknown) {
        throw invalid_argument({{"ids", unknown.what()}});
    }
    if (!chosen) deliveries.release_all();
    return created({{"released", json::value_from(ids)}});
}

// {body: any JSON | raw: "bytes"}: signed with each active subscription's key and delivered to it.
Answer ControlApi::deliver(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"body", "raw"});
    const auto raw = fields.text("raw");
    const auto* envelope = body.if_contains("body");
    if (raw.has_value() == (envelope != nullptr)) fields.fail("body", "or raw must be given, and not both");
    require_valid(fields);
    const auto* named =
        envelope && envelope->is_object() ? envelope->get_object().if_contains("event") : nullptr;
    const std::string event = named && named->is_string() ? std::string(named->get_string()) : "raw";
    const auto ids = world_->deliveries->deliver_body(event, raw ? *raw : json::serialize(*envelope));
    return created({{"deliveries", json::value_from(ids)}});
}

// As if its deliveries had failed for 24 hours.
Answer ControlApi::disable_subscription(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"subscription"});
    const std::string id(last_segment(fields.required_text("subscription")));
    require_valid(fields);
    auto* subscription = world_->subscriptions->find(id);
    if (!subscription) throw not_found();
    subscription->disabled = true;
    if (!subscription->retry_started_at) subscription->retry_started_at = now() - std::chrono::hours(24);
    return created(to_json(world_->calendly, *subscription));
}

}  // namespace sandbox
