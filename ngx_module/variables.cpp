#include "ngx_module/variables.hpp"

#include "ngx_module/webhook_request.hpp"
#include "shared/secret_file.hpp"

namespace edge {
namespace {

using Value = ngx_http_variable_value_t;

void set_text(Value& value, std::string_view text) {
    value.valid = 1;
    value.no_cacheable = 0;
    value.not_found = text.empty();
    value.len = static_cast<unsigned>(text.size()) & 0xfffffff;
    value.data = as_ngx_str(text).data;
}

ngx_int_t get_result(ngx_http_request_t* request, Value* value, uintptr_t) noexcept {
    const WebhookRequest* const webhook = WebhookRequest::of(*request);
    set_text(*value, webhook ? name(webhook->result()) : std::string_view());
    return NGX_OK;
}

ngx_int_t get_stream_id(ngx_http_request_t* request, Value* value, uintptr_t) noexcept {
    const WebhookRequest* const webhook = WebhookRequest::of(*request);
    set_text(*value, webhook ? webhook->stream_id() : std::string_view());
    return NGX_OK;
}

ngx_int_t get_key(ngx_http_request_t* request, Value* value, uintptr_t) noexcept {
    static_assert(shared::max_signing_keys <= 10);
    constexpr std::string_view digits = "0123456789";
    const WebhookRequest* const webhook = WebhookRequest::of(*request);
    const bool known = webhook && webhook->key_index();
    set_text(*value, known ? digits.substr(*webhook->key_index(), 1) : std::string_view());
    return NGX_OK;
}

bool add(ngx_conf_t* cf, std::string_view name, ngx_http_get_variable_pt get) {
    ngx_str_t text = as_ngx_str(name);
    // Not cacheable: whoever reads it before the answer is known must not fix its value for the access log.
    ngx_http_variable_t* const variable = ngx_http_add_variable(cf, &text, NGX_HTTP_VAR_NOCACHEABLE);
    if (!variable) return false;
    variable->get_handler = get;
    return true;
}

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) noexcept {
    const bool added = add(cf, "calendly_result", get_result) &&
                       add(cf, "calendly_stream_id", get_stream_id) && add(cf, "calendly_key", get_key);
    return added ? NGX_OK : NGX_ERROR;
}

}  // namespace edge
