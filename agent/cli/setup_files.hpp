// The files that `setup` writes: compared with what is there, then all of them written, each whole or not at
// all.
#pragma once

#include <string>
#include <vector>

namespace cli {

struct PlannedFile {
    std::string path;
    std::string text;
    bool is_secret = false;  // what stands in it is not shown
};

enum class FileState { missing, equal, different };

class SetupFiles {
public:
    // In the order in which they are written. A link is followed.
    void add(PlannedFile file);

    // Throw CommandError when one of them cannot be read or written.
    FileState state_of(const PlannedFile& file) const;
    bool has_different() const;
    // A line for each file, and how those that are different differ.
    std::string description() const;
    // 0600; what was different stays beside it, under former_path(). False: all was right.
    bool write() const;

    static std::string former_path(const std::string& path) { return path + ".old"; }

private:
    std::vector<PlannedFile> files_;
};

// "" when there is no such file. Throws CommandError.
std::string read_if_there(const std::string& path);

}  // namespace cli
