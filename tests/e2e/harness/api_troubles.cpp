#include "e2e/harness/api_troubles.hpp"

namespace harness {

json::object gateway_page(Random& random) {
    switch (random.below(8)) {
        case 0:
            return {{"status", 404}, {"body", {{"message", "no Route matched with those values"}}}};
        case 1:
            return {{"status", 404}, {"body", {{"error", "not found"}}}};
        case 2:
            return {{"status", 404}, {"body", {{"fault", {{"faultstring", "Unable to identify proxy"}}}}}};
        case 3:
            return {{"status", 404}, {"body", "<html><body>404 page not found</body></html>"}};
        case 4:
            return {{"status", 403}, {"body", "<html><body>Attention Required!</body></html>"}};
        case 5:
            return {{"status", 400}, {"body", "<html><body>400 Bad Request</body></html>"}};
        case 6:
            return {{"status", 302}, {"headers", {{"Location", "https://portal.example.com/login"}}}};
        default:
            return {{"status", 407}, {"body", {{"message", "Proxy Authentication Required"}}}};
    }
}

json::object api_trouble(Random& random, bool is_brevo) {
    const json::object brevo_limit{
        {"x-sib-ratelimit-limit", "10"}, {"x-sib-ratelimit-remaining", "0"}, {"x-sib-ratelimit-reset", "1"}};
    const json::object calendly_limit{
        {"X-RateLimit-Limit", "500"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1"}};
    switch (random.below(8)) {
        case 0:
            return {{"status", 429}, {"headers", is_brevo ? brevo_limit : calendly_limit}};
        case 1:
            return {{"status", 500}, {"body", {{"message", "failed"}}}};
        case 2:
            return {{"status", 503}};
        case 3:
        case 4:
            return {{"cut", "before"}};
        case 5:
        case 6:
            return {{"cut", "after"}};
        default:
            return {{"delay_ms", random.between(20, 400)}};
    }
}

}  // namespace harness
