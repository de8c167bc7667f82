// A file of the operator's own that gets what is removed, before it is.
#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace cli {

class LetterExport {
public:
    // Makes it, 0600. Throws CommandError when there is such a file already, std::system_error.
    explicit LetterExport(const std::string& path);
    LetterExport(const LetterExport&) = delete;
    LetterExport& operator=(const LetterExport&) = delete;
    ~LetterExport();

    // A line of JSON.
    void write(const boost::json::object& letter);
    // What was written survives a power cut from now on.
    void keep();

private:
    std::string path_;
    int file_;
};

}  // namespace cli
