#pragma once

namespace text {

// "0.2.0"
const char* version() noexcept;
// Of the sources, as git knows it: "9c6d273"; "unknown" outside of a repository.
const char* revision() noexcept;

}  // namespace text
