#pragma once

#include <optional>
#include <string_view>

#include "ngx_module/configuration.hpp"
#include "ngx_module/ngx.hpp"
#include "ngx_module/result.hpp"
#include "ngx_module/store/entry_pipeline.hpp"
#include "shared/signature.hpp"

namespace edge {

// nginx's content handler of a location with calendly_webhook.
ngx_int_t handle_webhook(ngx_http_request_t* request) noexcept;

// One webhook, from its header to its answer. Lives in the request's pool, so nothing in it may need a
// destructor; it dies with the request.
class WebhookRequest final : store::Observer {
public:
    // Null when there is no memory.
    static WebhookRequest* create(ngx_http_request_t& request);
    static WebhookRequest* of(const ngx_http_request_t& request);  // null before create()

    ngx_int_t begin();  // nginx's return codes

    Result result() const { return result_; }
    std::optional<std::size_t> key_index() const { return key_index_; }
    std::string_view stream_id() const { return {stream_id_, stream_id_size_}; }

private:
    explicit WebhookRequest(ngx_http_request_t& request);

    Result check_header();
    Result check_time() const;
    static void on_body(ngx_http_request_t* request) noexcept;
    void verify_and_store();
    void store(std::span<const std::string_view> body);
    static void on_request_gone(void* delivery) noexcept;

    void on_stored(std::string_view stream_id) noexcept override;
    void on_not_stored(Result why) noexcept override;
    void refuse(Result why);  // before Redis was asked
    void finish(Result result);
    void finish_from_redis(Result result);

    ngx_http_request_t& request_;
    const LocationConfiguration& configuration_;
    shared::SignatureHeader signature_;
    Result result_ = Result::none;
    std::optional<std::size_t> key_index_;
    char stream_id_[48];
    std::size_t stream_id_size_ = 0;
    store::PendingEntry* pending_ = nullptr;  // while it waits for Redis
};

}  // namespace edge
