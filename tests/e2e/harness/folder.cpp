#include "e2e/harness/folder.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include <stdlib.h>

#include <gtest/gtest.h>

namespace harness {
namespace {

namespace fs = std::filesystem;

bool is_alarming(std::string_view line) {
    constexpr std::array<std::string_view, 8> words = {
        "[alert]",         "[emerg]",       "exited on signal", "AddressSanitizer",
        "ThreadSanitizer", "LeakSanitizer", "runtime error:",   "[crit]"};
    return std::ranges::any_of(words, [&](auto word) { return line.find(word) != line.npos; });
}

// A sanitizer's report is called sanitizer.<process ID>.
bool is_log(const fs::path& path) {
    return path.extension() == ".log" || path.stem() == "sanitizer";
}

}  // namespace

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, std::string_view text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

Folder::Folder() {
    std::string pattern = (fs::temp_directory_path() / "calendly-brevo-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder like " + pattern);
    path_ = pattern;
}

Folder::~Folder() {
    if (testing::Test::HasFailure()) {
        std::cerr << "Logs and files of the failed test: " << path_.string() << "\n";
        return;
    }
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string Folder::secret(std::string_view name, std::string_view text) const {
    const fs::path path = path_ / name;
    write_file(path, text);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    return path.string();
}

std::string alarming_lines(const fs::path& folder) {
    std::string found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file() || !is_log(entry.path())) continue;
        std::istringstream text(read_file(entry.path()));
        for (std::string line; std::getline(text, line);)
            if (is_alarming(line)) found += entry.path().filename().string() + ": " + line + "\n";
    }
    return found;
}

}  // namespace harness
