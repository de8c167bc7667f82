#include "cli/letter_export.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include <boost/json/serialize.hpp>

#include "cli/session.hpp"

namespace cli {
namespace {

[[noreturn]] void fail_export(const std::string& path) {
    throw std::system_error(errno, std::generic_category(), path + " cannot be written");
}

}  // namespace

LetterExport::LetterExport(const std::string& path)
    : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (file_ < 0 && errno == EEXIST)
        throw CommandError(path + ": there is such a file already, it stays as it is; name another one");
    if (file_ < 0) fail_export(path_);
}

LetterExport::~LetterExport() {
    ::close(file_);
}

void LetterExport::write(const boost::json::object& letter) {
    const auto line = boost::json::serialize(letter) + "\n";
    for (std::string_view rest = line; !rest.empty();) {
        const auto written = ::write(file_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_export(path_);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

void LetterExport::keep() {
    if (::fsync(file_) != 0 && errno != EINVAL) fail_export(path_);
}

}  // namespace cli
