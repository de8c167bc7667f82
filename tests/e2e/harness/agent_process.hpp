#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/http_client.hpp"
#include "e2e/harness/process.hpp"

namespace harness {

// As `admin` in a configuration has it: "{listen: "127.0.0.1:8719", token: secret}".
struct AdminAddress {
    std::uint16_t port = 0;
    std::string token{};  // "": none
};
AdminAddress admin_address(const std::string& section);

// A running `calendly-brevo agent`; its log is <folder>/<name>.log.
class AgentProcess {
public:
    // `admin` is that of the configuration. Started, not yet reading.
    AgentProcess(const Folder& folder, const std::string& name, const std::filesystem::path& configuration,
                 AdminAddress admin, const Environment& environment = {});

    pid_t id() const { return process_.id(); }
    bool running() { return process_.running(); }
    int stop(Duration deadline = default_deadline) {
        return process_.stop(SIGTERM, deadline);
    }  // the exit code
    void kill() { process_.stop(SIGKILL); }
    void signal(int number) const { process_.signal(number); }

    std::uint16_t admin_port() const { return admin_.port; }
    const std::string& admin_token() const { return admin_.token; }
    bool answers() const;  // on its admin address
    HttpResponse health() const;
    std::string metrics() const;
    std::string log() const { return read_file(log_); }
    bool has_logged(std::string_view text) const { return log().find(text) != std::string::npos; }

    static std::filesystem::path program();

private:
    std::filesystem::path log_;
    AdminAddress admin_;
    Process process_;
};

// The lines of an agent's log that are errors, except those in which one of `expected` occurs.
std::vector<std::string> unexpected_errors(const std::string& log, const std::vector<std::string>& expected);

}  // namespace harness
