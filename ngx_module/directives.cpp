#include "ngx_module/directives.hpp"

#include <strings.h>
#include <algorithm>
#include <iterator>
#include <new>

#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/configuration.hpp"
#include "ngx_module/metrics_request.hpp"
#include "ngx_module/webhook_request.hpp"
#include "shared/secret_file.hpp"
#include "shared/webhook_entry.hpp"

namespace edge {
namespace {

std::span<ngx_str_t> arguments(ngx_conf_t* cf) {
    return std::span(static_cast<ngx_str_t*>(cf->args->elts), cf->args->nelts).subspan(1);
}

// Runs a setter; what it throws becomes nginx's [emerg] line.
template <typename Setter>
char* set(ngx_conf_t* cf, void* configuration, Setter setter) noexcept {
    const auto run = [&]() -> char* {
        setter(*static_cast<LocationConfiguration*>(configuration), arguments(cf));
        return NGX_CONF_OK;
    };
    const auto directive = view(static_cast<ngx_str_t*>(cf->args->elts)[0]);
    return catch_exceptions(run, [&](const char* what) { return refuse(cf, directive, what); });
}

void refuse_second(bool is_set) {
    if (is_set) throw ConfigurationError("stands twice here");
}

// The content of a file as `parse` understands it; errors name the file.
template <typename Parse>
auto parse_secret_file(ngx_conf_t* cf, const ngx_str_t& argument, Parse parse) {
    const std::string shown = shown_path(argument);
    const auto warn = [&](const char* what) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0, const_cast<char*>("%s %s"), shown.c_str(), what);
    };
    try {
        const shared::SecretFile file = shared::read_secret_file(full_path(cf, argument));
        if (file.readable_by_others) warn("can be read by everybody: chmod o-r it");
        if (file.writable_by_others) warn("can be written by everybody: chmod o-w it");
        return parse(file.text);
    } catch (const ConfigurationError& error) {
        throw ConfigurationError(shown + ": " + error.what());
    }
}

time_t parse_duration(ngx_str_t text) {
    const ngx_int_t seconds = ngx_parse_time(&text, 1);
    if (seconds == NGX_ERROR) throw ConfigurationError("expected a duration such as 90s, 5m or 25h");
    return seconds;
}

std::string current_place(ngx_conf_t* cf) {
    return std::string(view(cf->conf_file->file.name)) + ":" + std::to_string(cf->conf_file->line);
}

// nginx gives the requests of a location to one content handler: a second directive that wants them is
// refused.
void answer_requests(ngx_conf_t* cf, LocationConfiguration& location, std::string_view directive,
                     ngx_http_handler_pt handler) {
    auto& core = core_configuration(cf);
    if (core.handler)
        throw ConfigurationError(
            "another directive answers this location's requests already: give this one "
            "a location of its own");
    core.handler = location.handler = handler;
    location.directive = directive;
    location.place = current_place(cf);
}

}  // namespace

char* set_webhook(ngx_conf_t* cf, ngx_command_t*, void* configuration) noexcept {
    return set(cf, configuration, [&](LocationConfiguration& location, auto values) {
        refuse_second(!location.connector.empty());
        const auto connector = view(values[0]);
        if (!shared::is_connector_name(connector))
            throw ConfigurationError(
                "expected a connector's name: 1 to 64 of a-z, 0-9, _ and -, no variables");
        answer_requests(cf, location, "calendly_webhook", handle_webhook);
        location.connector = connector;
        location.stream = shared::webhooks_key(connector);
    });
}

char* set_metrics(ngx_conf_t* cf, ngx_command_t*, void* configuration) noexcept {
    return set(cf, configuration, [&](LocationConfiguration& location, auto) {
        refuse_second(location.handler == handle_metrics);
        answer_requests(cf, location, "calendly_metrics", handle_metrics);
        main_configuration(cf).shows_metrics = true;
    });
}

char* set_signing_key_file(ngx_conf_t* cf, ngx_command_t*, void* configuration) noexcept {
    return set(cf, configuration, [&](LocationConfiguration& location, auto values) {
        if (!location.keys) location.keys = std::make_shared<std::vector<shared::SigningKey>>();
        auto keys = parse_secret_file(cf, values[0], shared::parse_signing_keys);
        for (auto& key : keys) {
            const shared::WipedAtEnd wiped(key);
            if (location.keys->size() == shared::max_signing_keys)
                throw ConfigurationError("more than " + std::to_string(shared::max_signing_keys) +
                                         " signing keys in all files: remove the retired ones");
            location.keys->emplace_back(key);
        }
    });
}

char* set_signature_tolerance(ngx_conf_t* cf, ngx_command_t*, void* configuration) noexcept {
    return set(cf, configuration, [&](LocationConfiguration& location, auto values) {
        refuse_second(location.past_tolerance != NGX_CONF_UNSET);
        location.past_tolerance = parse_duration(values[0]);
        if (location.past_tolerance == 0)
            throw ConfigurationError("0 would refuse every delivery: use a duration such as 25h");
        if (values.size() > 1) location.future_tolerance = parse_duration(values[1]);
    });
}

char* set_redis(ngx_conf_t* cf, ngx_command_t*, void* configuration) noexcept {
    return set(cf, configuration, [&](LocationConfiguration& location, auto values) {
        refuse_second(!location.redis_urls.empty());
        for (const ngx_str_t& value : values) {
            const auto url = shared::parse_redis_url(view(value));
            const auto same = std::ranges::find(location.redis_urls, url) - location.redis_urls.begin();
            location.redis_urls.push_back(url);
            if (const auto number = std::ssize(location.redis_urls); same + 1 < number)
                throw ConfigurationError("URLs " + std::to_string(same + 1) + " and " +
                                         std::to_string(number) + " are the same");
        }
        location.redis_place = current_place(cf);
    });
}

char* set_redis_verify(ngx_conf_t* cf, ngx_command_t*, void* configuration) noexcept {
    return set(cf, configuration, [&](LocationConfiguration& location, auto values) {
        refuse_second(location.redis_verify != NGX_CONF_UNSET);
        const auto is = [&](const char* word) {
            return ::strcasecmp(reinterpret_cast<const char*>(values[0].data), word) == 0;
        };
        if (!is("on") && !is("off")) throw ConfigurationError("expected on or off");
        location.redis_verify = is("on") ? 1 : 0;
    });
}

char* set_redis_password_file(ngx_conf_t* cf, ngx_command_t*, void* configuration) noexcept {
    return set(cf, configuration, [&](LocationConfiguration& location, auto values) {
        refuse_second(location.redis_password.has_value());
        location.redis_password = parse_secret_file(cf, values[0], shared::parse_password);
    });
}

}  // namespace edge
