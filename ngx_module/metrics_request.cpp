#include "ngx_module/metrics_request.hpp"

#include <cerrno>
#include <csignal>

#include "ngx_module/answer.hpp"
#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/configuration.hpp"
#include "ngx_module/metrics/text.hpp"
#include "ngx_module/metrics/zone.hpp"

namespace edge {
namespace {

bool is_alive(pid_t process) {
    return ::kill(process, 0) == 0 || errno != ESRCH;
}

MainConfiguration& configuration_of(ngx_http_request_t& request) {
    return *static_cast<MainConfiguration*>(
        ngx_http_get_module_main_conf((&request), ngx_http_calendly_module));
}

ngx_int_t send_metrics(ngx_http_request_t& request) {
    const MainConfiguration& main = configuration_of(request);
    const std::string text = metrics::prometheus_text(main.metrics->snapshot(main.connectors, is_alive));
    auto* const copy = static_cast<char*>(ngx_pnalloc(request.pool, text.size()));
    if (!copy) return NGX_HTTP_INTERNAL_SERVER_ERROR;
    text.copy(copy, text.size());
    return send_text(request, NGX_HTTP_OK, metrics::content_type, {copy, text.size()});
}

}  // namespace

ngx_int_t handle_metrics(ngx_http_request_t* request) noexcept {
    const auto handle = [&]() -> ngx_int_t {
        const bool allowed = request->method & (NGX_HTTP_GET | NGX_HTTP_HEAD);
        return allowed ? send_metrics(*request) : send_method_not_allowed(*request, "GET, HEAD");
    };
    return catch_exceptions(handle, [&](const char* what) -> ngx_int_t {
        ngx_log_error(NGX_LOG_ERR, request->connection->log, 0, "calendly: %s", what);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    });
}

}  // namespace edge
