#include "cli/setup_files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

#include "cli/session.hpp"
#include "text/private_file.hpp"
#include "text/unified_diff.hpp"

namespace cli {
namespace {

namespace files = std::filesystem;

std::string behind_links(const std::string& path) {
    std::error_code error;
    const auto real = files::canonical(path, error);
    return error ? path : real.string();
}

void make_folder_of(const std::string& path) {
    std::error_code error;
    files::create_directories(files::path(path).parent_path(), error);
    if (error) throw CommandError(fmt::format("{}: its folder cannot be made: {}", path, error.message()));
}

std::string how_it_differs(const PlannedFile& file) {
    if (file.is_secret) return fmt::format("{}: holds another secret (not shown)\n", file.path);
    return text::unified_diff(read_if_there(file.path), file.text, file.path, file.path + " (new)");
}

const char* to_text(FileState state) {
    switch (state) {
        case FileState::missing:
            return "is written";
        case FileState::equal:
            return "is right, and left as it is";
        case FileState::different:
            break;
    }
    return "is there already, and different";
}

}  // namespace

std::string read_if_there(const std::string& path) {
    std::error_code error;
    if (!files::exists(path, error) && !error) return {};
    std::ifstream file(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || file.bad())
        throw CommandError(fmt::format("{} cannot be read: {}", path, std::strerror(errno)));
    return text;
}

void SetupFiles::add(PlannedFile file) {
    file.path = behind_links(file.path);
    files_.push_back(std::move(file));
}

FileState SetupFiles::state_of(const PlannedFile& file) const {
    std::error_code error;
    if (!files::exists(file.path, error) && !error) return FileState::missing;
    return read_if_there(file.path) == file.text ? FileState::equal : FileState::different;
}

bool SetupFiles::has_different() const {
    for (const auto& file : files_)
        if (state_of(file) == FileState::different) return true;
    return false;
}

std::string SetupFiles::description() const {
    std::string lines, differences;
    for (const auto& file : files_) {
        const auto state = state_of(file);
        lines += fmt::format("file       {} {}\n", file.path, to_text(state));
        if (state == FileState::different) differences += how_it_differs(file);
    }
    return lines + (differences.empty() ? "" : "\n" + differences);
}

bool SetupFiles::write() const {
    bool has_written = false;
    try {
        for (const auto& file : files_) {
            const auto state = state_of(file);
            if (state == FileState::equal) continue;
            make_folder_of(file.path);
            if (state == FileState::different)
                text::replace_private_file(former_path(file.path), read_if_there(file.path));
            text::replace_private_file(file.path, file.text);
            has_written = true;
        }
    } catch (const std::system_error& error) {
        throw CommandError(fmt::format("{}: see who may write there, then run setup again", error.what()));
    }
    return has_written;
}

}  // namespace cli
