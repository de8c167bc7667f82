// The files of the booking page, as they are built into the program: agent/web/assets/.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace web {

struct BookAsset {
    std::string_view name;    // "page.js"
    std::string_view hash;    // of its bytes, in hex
    std::string_view plain;   // its bytes
    std::string_view zipped;  // the same in gzip
};

// In the order of their names.
std::span<const BookAsset> book_assets();

// Null when there is none of that name.
const BookAsset* find_book_asset(std::string_view name);

}  // namespace web
