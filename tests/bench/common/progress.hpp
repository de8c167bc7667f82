#pragma once

#include <cstdio>
#include <string>

#include <unistd.h>

namespace bench {

// One line that is written over and over, for whoever watches; nothing when nobody does.
inline void show_progress(const std::string& what) {
    if (::isatty(STDERR_FILENO)) std::fprintf(stderr, "\r\x1b[K%s", what.c_str());
}

}  // namespace bench
