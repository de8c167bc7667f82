#include "ngx_module/request_body.hpp"

#include <new>
#include <stdexcept>

namespace edge {
namespace {

template <typename Item>
Item* allocate(ngx_http_request_t& request, std::size_t count) {
    void* const memory = ngx_palloc(request.pool, count * sizeof(Item));
    if (!memory) throw std::bad_alloc();
    return static_cast<Item*>(memory);
}

std::string_view read_file(ngx_http_request_t& request, ngx_buf_t& buffer) {
    const auto size = static_cast<std::size_t>(buffer.file_last - buffer.file_pos);
    auto* const bytes = allocate<char>(request, size);
    for (std::size_t done = 0; done < size;) {
        const ssize_t count = ngx_read_file(buffer.file, reinterpret_cast<u_char*>(bytes) + done, size - done,
                                            buffer.file_pos + static_cast<off_t>(done));
        if (count <= 0) throw std::runtime_error("the temp file of a body cannot be read");
        done += static_cast<std::size_t>(count);
    }
    return {bytes, size};
}

std::string_view piece_of(ngx_http_request_t& request, ngx_buf_t& buffer) {
    if (ngx_buf_in_memory(&buffer))
        return {reinterpret_cast<const char*>(buffer.pos),
                static_cast<std::size_t>(buffer.last - buffer.pos)};
    if (buffer.in_file) return read_file(request, buffer);
    return {};
}

}  // namespace

std::span<const std::string_view> body_pieces(ngx_http_request_t& request) {
    ngx_chain_t* const chain = request.request_body ? request.request_body->bufs : nullptr;
    std::size_t count = 0;
    for (auto* link = chain; link; link = link->next) ++count;
    if (count == 0) return {};
    auto* const pieces = allocate<std::string_view>(request, count);
    std::size_t i = 0;
    for (auto* link = chain; link; link = link->next)
        new (&pieces[i++]) std::string_view(piece_of(request, *link->buf));
    return {pieces, count};
}

}  // namespace edge
