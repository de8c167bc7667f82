#include "e2e/harness/certificate_authority.hpp"

#include <stdexcept>
#include <vector>

#include "e2e/harness/process.hpp"

namespace harness {
namespace {

void make(const Certificate& certificate, const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> command = {
        "openssl", "req",           "-x509", "-newkey", "ec",          "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes",  "-days",         "2",     "-subj",   "/CN=" + name, "-keyout",  certificate.key_file,
        "-out",    certificate.file};
    command.insert(command.end(), more.begin(), more.end());
    const auto made = run(command, certificate.file + ".log");
    if (made.exit_code != 0) throw std::runtime_error("openssl: " + made.output);
}

}  // namespace

CertificateAuthority::CertificateAuthority(const Folder& folder, const std::string& name)
    : folder_(folder / name), own_(files_of("authority")) {
    std::filesystem::create_directories(folder_);
    make(own_, name, {});
}

Certificate CertificateAuthority::issue(const std::string& name, const std::string& whom) const {
    const Certificate certificate = files_of(name);
    make(certificate, name,
         {"-CA", own_.file, "-CAkey", own_.key_file, "-extensions", "usr_cert", "-addext",
          "subjectAltName=" + whom});
    return certificate;
}

Certificate CertificateAuthority::files_of(const std::string& name) const {
    return {folder_ / (name + ".crt"), folder_ / (name + ".key")};
}

}  // namespace harness
