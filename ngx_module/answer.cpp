#include "ngx_module/answer.hpp"

namespace edge {
namespace {

constexpr std::string_view retry_after_seconds = "5";

ngx_int_t add_header(ngx_http_request_t& request, std::string_view name, std::string_view value) {
    auto* const header = static_cast<ngx_table_elt_t*>(ngx_list_push(&request.headers_out.headers));
    if (!header) return NGX_ERROR;
    *header = {};
    header->hash = 1;
    header->key = as_ngx_str(name);
    header->value = as_ngx_str(value);
    return NGX_OK;
}

// A client that asked "Expect: 100-continue" waits before it sends its body. nginx would invite the body only
// to throw it away, so we answer at once; and because such a client may then send the body or not, the
// connection cannot be used for another request.
void invite_no_body(ngx_http_request_t& request) {
    if (!request.headers_in.expect || request.expect_tested) return;
    request.expect_tested = 1;
    request.keepalive = 0;
}

// 200 means stored, and nothing else does. nginx would put the status of `error_page ... =200` before ours
// when that is how the request came here, and 412 or 304 when the request has conditions (If-Match and the
// like).
void insist_on(ngx_http_request_t& request, ngx_uint_t status) {
    request.err_status = 0;
    request.disable_not_modified = 1;
    request.allow_ranges = 0;
    request.headers_out.status = status;
    request.headers_out.status_line.len = 0;
}

ngx_int_t send_body(ngx_http_request_t& request, ngx_str_t body) {
    auto* const buffer = static_cast<ngx_buf_t*>(ngx_calloc_buf(request.pool));
    if (!buffer) return NGX_ERROR;
    buffer->start = buffer->pos = body.data;
    buffer->end = buffer->last = body.data + body.len;
    buffer->memory = 1;
    buffer->last_buf = &request == request.main;
    buffer->last_in_chain = 1;
    ngx_chain_t chain{buffer, nullptr};
    return ngx_http_output_filter(&request, &chain);
}

ngx_int_t send(ngx_http_request_t& request, ngx_uint_t status, std::string_view text) {
    return send_text(request, status, "text/plain", text);
}

ngx_int_t send_unavailable(ngx_http_request_t& request) {
    if (add_header(request, "Retry-After", retry_after_seconds) != NGX_OK)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    return send(request, NGX_HTTP_SERVICE_UNAVAILABLE, "Service Unavailable");
}

}  // namespace

// Sent here and not returned as a status, so that error_page does not replace it: Calendly must see our
// answer.
ngx_int_t send_text(ngx_http_request_t& request, ngx_uint_t status, std::string_view type,
                    std::string_view text) {
    invite_no_body(request);
    if (const ngx_int_t rc = ngx_http_discard_request_body(&request); rc != NGX_OK) return rc;
    const ngx_str_t body = as_ngx_str(text);
    insist_on(request, status);
    request.headers_out.content_length_n = static_cast<off_t>(body.len);
    request.headers_out.content_type = as_ngx_str(type);
    request.headers_out.content_type_len = type.substr(0, type.find(';')).size();
    const ngx_int_t rc = ngx_http_send_header(&request);
    if (rc == NGX_ERROR || rc > NGX_OK || request.header_only) return rc;
    return send_body(request, body);
}

ngx_int_t send_method_not_allowed(ngx_http_request_t& request, std::string_view allowed) {
    if (add_header(request, "Allow", allowed) != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
    return send(request, NGX_HTTP_NOT_ALLOWED, "Method Not Allowed");
}

ngx_int_t send_result(ngx_http_request_t& request, Result result) {
    switch (result) {
        case Result::accepted:
            return send(request, NGX_HTTP_OK, "OK");
        case Result::missing_signature:
        case Result::malformed_signature:
        case Result::bad_signature:
        case Result::stale:
            return send(request, NGX_HTTP_UNAUTHORIZED, "Unauthorized");
        case Result::redis_unavailable:
        case Result::redis_timeout:
        case Result::redis_error:
        case Result::overload:
            return send_unavailable(request);
        case Result::none:
            break;
    }
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
}

}  // namespace edge
