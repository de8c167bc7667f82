#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace harness {

std::string read_file(const std::filesystem::path& path);  // empty when there is none
void write_file(const std::filesystem::path& path, std::string_view text);

// A private folder for one test. Removed at the end; kept, and its path printed, when the test failed.
class Folder {
public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

    // Writes a file that only its owner may read; returns its path.
    std::string secret(std::string_view name, std::string_view text) const;

private:
    std::filesystem::path path_;
};

// Lines that no test may leave behind in a log: alerts and worse of nginx, a killed worker, a sanitizer's
// report. Searches every *.log below `folder`.
std::string alarming_lines(const std::filesystem::path& folder);

}  // namespace harness
