#pragma once

namespace app::exit_code {

inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;
inline constexpr int no_answer = 3;       // of `status`: no agent answers
inline constexpr int interrupted = 130;   // by Ctrl-C, as shells say it
inline constexpr int configuration = 78;  // EX_CONFIG of sysexits.h

}  // namespace app::exit_code
