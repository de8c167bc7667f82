#pragma once

namespace bench {

// CPU of the one thing that the edge must do besides what bare nginx does: an HMAC-SHA256 over a body of 2 to
// 4 KB. Microseconds, the median of several rounds, in this process with nothing else around it.
double hmac_us();

}  // namespace bench
