#include "ngx_module/webhook_request.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <type_traits>

#include "ngx_module/answer.hpp"
#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/request_body.hpp"
#include "shared/log_limit.hpp"
#include "shared/webhook_entry.hpp"

namespace edge {
namespace {

constexpr std::string_view signature_header = "calendly-webhook-signature";

// More than any proxy makes of one header.
constexpr std::size_t most_lines = 64;

struct FoundHeader {
    std::size_t count = 0;  // how often the header stands in the request
    std::array<std::string_view, most_lines> values;
};

std::string_view lower_case_name(const ngx_table_elt_t& header) noexcept {
    return {reinterpret_cast<const char*>(header.lowcase_key), header.key.len};
}

// `name` in lower case; in the request it may have any.
FoundHeader find_header(const ngx_http_request_t& request, std::string_view name) noexcept {
    FoundHeader found;
    for (const auto* part = &request.headers_in.headers.part; part; part = part->next) {
        const auto* const headers = static_cast<const ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i)
            if (lower_case_name(headers[i]) == name && found.count++ < most_lines)
                found.values[found.count - 1] = view(headers[i].value);
    }
    return found;
}

std::int64_t now_ms() {
    const ngx_time_t* const now = ngx_timeofday();
    return static_cast<std::int64_t>(now->sec) * 1000 + static_cast<std::int64_t>(now->msec);
}

ngx_int_t log_exception(const ngx_http_request_t& request, const char* what) noexcept {
    ngx_log_error(NGX_LOG_ERR, request.connection->log, 0, "calendly: %s", what);
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
}

// Nobody would see the answer of a copy, so 200 could not mean stored, nor 503 "send again".
ngx_int_t refuse_subrequest(const ngx_http_request_t& request) {
    static shared::LogLimit limit;
    const auto kept_back = limit.admit(shared::LogLimit::Time(ngx_current_msec));
    if (!kept_back) return NGX_HTTP_NOT_FOUND;
    const auto note = shared::suppressed_note(*kept_back);
    ngx_log_error(
        NGX_LOG_ERR, request.connection->log, 0,
        "calendly: a subrequest (mirror, auth_request, SSI) into a location with calendly_webhook is "
        "refused, nothing is stored: let Calendly, or proxy_pass, send the webhook itself%*s",
        note.size(), note.data());
    return NGX_HTTP_NOT_FOUND;
}

}  // namespace

ngx_int_t handle_webhook(ngx_http_request_t* request) noexcept {
    const auto handle = [&]() -> ngx_int_t {
        if (request != request->main) return refuse_subrequest(*request);
        request->error_page =
            1;  // nginx's own refusals (a body too large, no memory) are not replaced either
        WebhookRequest* const webhook = WebhookRequest::create(*request);
        return webhook ? webhook->begin() : NGX_HTTP_INTERNAL_SERVER_ERROR;
    };
    return catch_exceptions(handle, [&](const char* what) { return log_exception(*request, what); });
}

WebhookRequest::WebhookRequest(ngx_http_request_t& request)
    : request_(request), configuration_(location_configuration(request)) {}

WebhookRequest* WebhookRequest::create(ngx_http_request_t& request) {
    static_assert(std::is_trivially_destructible_v<WebhookRequest>);
    void* const memory = ngx_palloc(request.pool, sizeof(WebhookRequest));
    if (!memory) return nullptr;
    auto* const webhook = new (memory) WebhookRequest(request);
    ngx_http_set_ctx((&request), webhook, ngx_http_calendly_module);
    return webhook;
}

WebhookRequest* WebhookRequest::of(const ngx_http_request_t& request) {
    return static_cast<WebhookRequest*>(ngx_http_get_module_ctx((&request), ngx_http_calendly_module));
}

ngx_int_t WebhookRequest::begin() {
    if (request_.method != NGX_HTTP_POST) return send_method_not_allowed(request_, "POST");
    result_ = check_header();
    if (result_ != Result::none) {
        configuration_.metrics->count_refused(result_);
        return send_result(request_, result_);
    }
    const ngx_int_t rc = ngx_http_read_client_request_body(&request_, on_body);
    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}

Result WebhookRequest::check_header() {
    const auto found = find_header(request_, signature_header);
    if (found.count == 0) return Result::missing_signature;
    if (found.count > most_lines) return Result::malformed_signature;
    const auto parsed = shared::parse_signature_header(std::span(found.values).first(found.count));
    if (!parsed) return Result::malformed_signature;
    signature_ = *parsed;
    return check_time();
}

Result WebhookRequest::check_time() const {
    const std::int64_t age = static_cast<std::int64_t>(ngx_time()) - signature_.seconds;
    const bool inside = age <= configuration_.past_tolerance && age >= -configuration_.future_tolerance;
    return inside ? Result::none : Result::stale;
}

void WebhookRequest::on_body(ngx_http_request_t* request) noexcept {
    request->read_event_handler = ngx_http_test_reading;
    request->write_event_handler = ngx_http_request_empty_handler;
    const auto fail = [&](const char* what) {
        ngx_http_finalize_request(request, log_exception(*request, what));
    };
    catch_exceptions([&] { of(*request)->verify_and_store(); }, fail);
}

void WebhookRequest::verify_and_store() {
    const auto body = body_pieces(request_);
    key_index_ = shared::find_signer(signature_, *configuration_.keys, body);
    if (!key_index_) return refuse(Result::bad_signature);
    const auto refusal = configuration_.redis->refusal(
        configuration_.stream, static_cast<std::size_t>(configuration_.redis_max_inflight));
    if (refusal) return refuse(*refusal);
    store(body);
}

void WebhookRequest::store(std::span<const std::string_view> body) {
    ngx_http_cleanup_t* const cleanup = ngx_http_cleanup_add(&request_, 0);
    if (!cleanup) throw std::bad_alloc();
    const shared::XaddHead head{configuration_.stream, signature_.timestamp, now_ms(), *key_index_};
    pending_ = &configuration_.redis->store(head, body, *this, *configuration_.metrics);
    cleanup->handler = on_request_gone;
    cleanup->data = this;
}

void WebhookRequest::on_request_gone(void* webhook) noexcept {
    auto& gone = *static_cast<WebhookRequest*>(webhook);
    if (auto* const pending = std::exchange(gone.pending_, nullptr))
        gone.configuration_.redis->leave(*pending);
}

void WebhookRequest::on_stored(std::string_view stream_id) noexcept {
    stream_id_size_ = std::min(stream_id.size(), sizeof stream_id_);
    std::copy_n(stream_id.data(), stream_id_size_, stream_id_);
    finish_from_redis(Result::accepted);
}

void WebhookRequest::on_not_stored(Result why) noexcept {
    finish_from_redis(why);
}

void WebhookRequest::refuse(Result why) {
    configuration_.metrics->count_refused(why);
    finish(why);
}

void WebhookRequest::finish(Result result) {
    result_ = result;
    ngx_http_finalize_request(&request_, send_result(request_, result));
}

void WebhookRequest::finish_from_redis(Result result) {
    pending_ = nullptr;
    ngx_connection_t* const connection = request_.connection;  // the request may be gone after finish()
    ngx_http_set_log_request(connection->log, &request_);
    finish(result);
    ngx_http_run_posted_requests(connection);
}

}  // namespace edge
