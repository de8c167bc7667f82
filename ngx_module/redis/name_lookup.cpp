#include "ngx_module/redis/name_lookup.hpp"

#include <cstring>
#include <utility>

#include "ngx_module/catch_exceptions.hpp"

namespace edge::redis {
namespace {

std::vector<Address> addresses_of(const ngx_resolver_ctx_t& question, std::uint16_t port) {
    std::vector<Address> addresses(question.naddrs);
    for (ngx_uint_t i = 0; i < question.naddrs; ++i) {
        addresses[i].size = question.addrs[i].socklen;
        std::memcpy(&addresses[i].sockaddr, question.addrs[i].sockaddr, question.addrs[i].socklen);
        ngx_inet_set_port(&addresses[i].sockaddr.sockaddr, port);
    }
    return addresses;
}

}  // namespace

void NameLookup::start(ngx_resolver_t& resolver, std::string_view name, std::uint16_t port,
                       ngx_msec_t timeout) {
    name_ = name;
    port_ = port;
    question_ = ngx_resolve_start(&resolver, nullptr);
    if (!question_ || question_ == NGX_NO_RESOLVER) {
        question_ = nullptr;
        return owner_.on_addresses({}, "no resolver");
    }
    question_->name = as_ngx_str(name_);
    question_->handler = on_answer;
    question_->data = this;
    question_->timeout = timeout;
    question_->cancelable = 1;
    if (ngx_resolve_name(question_) == NGX_OK) return;
    question_ = nullptr;  // freed by nginx
    owner_.on_addresses({}, "the resolver has no memory");
}

void NameLookup::cancel() {
    if (question_) ngx_resolve_name_done(std::exchange(question_, nullptr));
}

void NameLookup::on_answer(ngx_resolver_ctx_t* question) noexcept {
    auto& lookup = *static_cast<NameLookup*>(question->data);
    std::vector<Address> addresses;
    std::string_view problem;
    if (question->state == NGX_OK)
        catch_exceptions([&] { addresses = addresses_of(*question, lookup.port_); },
                         [&](const char* what) { problem = what; });
    else
        problem = ngx_resolver_strerror(question->state);
    lookup.cancel();
    lookup.owner_.on_addresses(std::move(addresses), problem);
}

}  // namespace edge::redis
