#pragma once

#include <filesystem>
#include <string>

#include "e2e/harness/folder.hpp"

namespace harness {

struct Certificate {
    std::string file, key_file;  // PEM; the key has no password
};

// An authority of the test's own, in <folder>/<name>.
class CertificateAuthority {
public:
    explicit CertificateAuthority(const Folder& folder, const std::string& name = "ca");

    static constexpr const char* loopback = "DNS:localhost,IP:127.0.0.1";

    const std::string& file() const { return own_.file; }

    // `whom` in the words of subjectAltName; `name` is also that of the files.
    Certificate issue(const std::string& name, const std::string& whom = loopback) const;

private:
    Certificate files_of(const std::string& name) const;

    std::filesystem::path folder_;
    Certificate own_;
};

}  // namespace harness
