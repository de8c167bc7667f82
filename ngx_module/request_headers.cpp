#include "ngx_module/request_headers.hpp"

namespace edge {
namespace {

std::string_view lower_case_name(const ngx_table_elt_t& header) noexcept {
    return {reinterpret_cast<const char*>(header.lowcase_key), header.key.len};
}

}  // namespace

FoundHeader find_header(const ngx_http_request_t& request, std::string_view name) noexcept {
    FoundHeader found;
    for (const auto* part = &request.headers_in.headers.part; part; part = part->next) {
        const auto* const headers = static_cast<const ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i)
            if (lower_case_name(headers[i]) == name && found.count++ == 0)
                found.value = view(headers[i].value);
    }
    return found;
}

}  // namespace edge
