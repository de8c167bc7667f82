// What nginx loads: directives, contexts, the module.
#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/configuration.hpp"
#include "ngx_module/directives.hpp"
#include "ngx_module/ngx.hpp"
#include "ngx_module/shared_zone.hpp"
#include "ngx_module/variables.hpp"

namespace edge {
namespace {

constexpr ngx_uint_t everywhere = NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF;

ngx_conf_num_bounds_t at_least_one = {ngx_conf_check_num_bounds, 1, -1};

// clang-format off
ngx_command_t commands[] = {

    { ngx_string("calendly_webhook"),
      NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1,
      set_webhook,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("calendly_metrics"),
      NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS,
      set_metrics,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("calendly_signing_key_file"),
      everywhere | NGX_CONF_TAKE1,
      set_signing_key_file,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("calendly_signature_tolerance"),
      everywhere | NGX_CONF_TAKE12,
      set_signature_tolerance,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("calendly_redis"),
      everywhere | NGX_CONF_1MORE,
      set_redis,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("calendly_redis_password_file"),
      everywhere | NGX_CONF_TAKE1,
      set_redis_password_file,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("calendly_redis_trusted_certificate"),
      everywhere | NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocationValues, redis_trusted_certificate),
      nullptr },

    { ngx_string("calendly_redis_certificate"),
      everywhere | NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocationValues, redis_certificate),
      nullptr },

    { ngx_string("calendly_redis_certificate_key"),
      everywhere | NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocationValues, redis_certificate_key),
      nullptr },

    { ngx_string("calendly_redis_verify"),
      everywhere | NGX_CONF_FLAG,
      set_redis_verify,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("calendly_redis_connect_timeout"),
      everywhere | NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocationValues, redis_connect_timeout),
      &at_least_one },

    { ngx_string("calendly_redis_timeout"),
      everywhere | NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocationValues, redis_timeout),
      &at_least_one },

    { ngx_string("calendly_redis_max_inflight"),
      everywhere | NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocationValues, redis_max_inflight),
      &at_least_one },

    ngx_null_command
};
// clang-format on

ngx_http_module_t context = {
    add_variables,              // preconfiguration
    add_shared_zone,            // postconfiguration
    create_main_configuration,  // create main configuration
    nullptr,                    // init main configuration
    nullptr,                    // create server configuration
    nullptr,                    // merge server configuration
    create_location_configuration,
    merge_location_configuration,
};

bool serves_requests() {
    return ngx_process == NGX_PROCESS_WORKER || ngx_process == NGX_PROCESS_SINGLE;
}

ngx_int_t init_process(ngx_cycle_t* cycle) noexcept {
    MainConfiguration* const configuration = main_configuration(cycle);
    if (!configuration || !serves_requests()) return NGX_OK;
    enter_shared_zone(cycle);
    // nginx's clock still stands where the master forked, and on a busy machine that can be a second ago: by such
    // a clock the first attempt to reach Redis would be overdue as soon as it begins.
    ngx_time_update();
    const auto start = [&]() -> ngx_int_t {
        for (const auto& store : configuration->stores) store->start(*configuration->last_servers);
        return NGX_OK;
    };
    return catch_exceptions(start, [&](const char* what) -> ngx_int_t {
        ngx_log_error(NGX_LOG_ERR, cycle->log, 0, "calendly: %s", what);
        return NGX_ERROR;
    });
}

void exit_process(ngx_cycle_t* cycle) noexcept {
    MainConfiguration* const configuration = main_configuration(cycle);
    if (!configuration) return;
    for (const auto& store : configuration->stores) store->stop();
    leave_shared_zone(cycle);
}

}  // namespace
}  // namespace edge

ngx_module_t ngx_http_calendly_module = {
    NGX_MODULE_V1,
    &edge::context,
    edge::commands,
    NGX_HTTP_MODULE,
    nullptr,             // init master
    edge::take_numbers,  // init module
    edge::init_process,
    nullptr,  // init thread
    nullptr,  // exit thread
    edge::exit_process,
    nullptr,  // exit master
    NGX_MODULE_V1_PADDING,
};

// What load_module looks for, and all that the library shows.
static char module_name[] = "ngx_http_calendly_module";

#pragma GCC visibility push(default)
extern "C" {
extern ngx_module_t* ngx_modules[];
extern char* ngx_module_names[];
extern char* ngx_module_order[];

ngx_module_t* ngx_modules[] = {&ngx_http_calendly_module, nullptr};
char* ngx_module_names[] = {module_name, nullptr};
char* ngx_module_order[] = {nullptr};
}
#pragma GCC visibility pop
