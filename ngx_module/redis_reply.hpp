// What Redis's replies mean to the edge. No I/O.
#pragma once

#include <string>
#include <string_view>

#include <hiredis/hiredis.h>

namespace edge {

// <milliseconds>-<sequence>: what XADD answers.
bool is_stream_id(const redisReply& reply) noexcept;

// An error reply fit for a log: one line, printable, short, and without the arguments of the command, which
// Redis quotes in some errors.
std::string error_for_log(const redisReply& reply);

}  // namespace edge
