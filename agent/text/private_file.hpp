// Files that only their owner may read, written so that a crash leaves the old text or the new one.
#pragma once

#include <string>
#include <string_view>

namespace text {

// 0600, and as durable as the disk makes it. Written by root, they belong to whom their folder belongs to: a
// command that root types leaves nothing behind that the agent may not read. Both throw std::system_error,
// whose text names the file.
void replace_private_file(const std::string& path, std::string_view text);

// False when there is such a file already: it stays as it is.
bool make_private_file(const std::string& path, std::string_view text);

// Does not mind when there is none.
void remove_private_file(const std::string& path);

}  // namespace text
