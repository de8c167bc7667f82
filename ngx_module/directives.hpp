#pragma once

#include "ngx_module/ngx.hpp"

namespace edge {

// The directives that nginx's own setters do not cover.
char* set_webhook(ngx_conf_t* cf, ngx_command_t* command, void* configuration) noexcept;
char* set_metrics(ngx_conf_t* cf, ngx_command_t* command, void* configuration) noexcept;
char* set_signing_key_file(ngx_conf_t* cf, ngx_command_t* command, void* configuration) noexcept;
char* set_signature_tolerance(ngx_conf_t* cf, ngx_command_t* command, void* configuration) noexcept;
char* set_redis(ngx_conf_t* cf, ngx_command_t* command, void* configuration) noexcept;
// nginx's own would quote what stands there.
char* set_redis_verify(ngx_conf_t* cf, ngx_command_t* command, void* configuration) noexcept;
char* set_redis_password_file(ngx_conf_t* cf, ngx_command_t* command, void* configuration) noexcept;

}  // namespace edge
