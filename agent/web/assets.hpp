// The files of the pages, as they are built into the program: agent/web/assets/ and agent/web/operator/.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace web {

struct Asset {
    std::string_view name;    // "page.js"
    std::string_view hash;    // of its bytes, in hex
    std::string_view plain;   // its bytes
    std::string_view zipped;  // the same in gzip
};

// The booking page's, and scheduling.json.
std::span<const Asset> book_assets();

// The operators' page's, operator.html among them, and operator.json.
std::span<const Asset> operator_assets();

// Null when there is none of that name.
const Asset* find_asset(std::span<const Asset> all, std::string_view name);

}  // namespace web
