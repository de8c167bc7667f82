#include "web/login_page.hpp"

#include <string_view>

namespace web {
namespace {

using boost::beast::http::status;

struct Page {
    status code;
    std::string_view title, text;
};

Page page_of(Handover handover) {
    switch (handover) {
        case Handover::taken:
            return {status::ok, "Back to the terminal",
                    "The login goes on where it was begun, and says there how it ended. This window can be "
                    "closed."};
        case Handover::unknown:
            return {status::not_found, "No login waits for this",
                    "It is over, or another one was begun since. Run <code>calendly-brevo auth login</code> "
                    "again "
                    "and open the address that it prints."};
        case Handover::failed:
            break;
    }
    return {
        status::service_unavailable, "Not now",
        "Redis does not answer. Reload this page in a moment, or paste its address where the login waits."};
}

}  // namespace

http::Response login_page(Handover handover) {
    const auto page = page_of(handover);
    http::Response response(page.code, 11);
    response.set(http::Field::content_type, "text/html; charset=utf-8");
    response.set(http::Field::cache_control, "no-store");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    response.set("X-Content-Type-Options", "nosniff");
    response.body()
        .append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>")
        .append(page.title)
        .append("</title><h1>")
        .append(page.title)
        .append("</h1><p>")
        .append(page.text)
        .append("</p></html>\n");
    response.prepare_payload();
    return response;
}

}  // namespace web
