#include "ngx_module/request_headers.hpp"

namespace edge {
namespace {

bool equal_without_case(const ngx_str_t& text, std::string_view name) noexcept {
    return text.len == name.size() && ngx_strncasecmp(text.data, as_ngx_str(name).data, text.len) == 0;
}

}  // namespace

FoundHeader find_header(const ngx_http_request_t& request, std::string_view name) noexcept {
    FoundHeader found;
    for (const auto* part = &request.headers_in.headers.part; part; part = part->next) {
        const auto* const headers = static_cast<const ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i)
            if (equal_without_case(headers[i].key, name) && found.count++ == 0)
                found.value = view(headers[i].value);
    }
    return found;
}

}  // namespace edge
