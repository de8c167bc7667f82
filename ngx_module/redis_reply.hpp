// What Redis's replies mean to the edge. No I/O.
#pragma once

#include <string>
#include <string_view>

#include <hiredis/hiredis.h>

namespace edge {

// <milliseconds>-<sequence>: what XADD answers.
bool is_stream_id(const redisReply& reply) noexcept;

}  // namespace edge
