#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "e2e/harness/folder.hpp"
#include "e2e/harness/process.hpp"

namespace harness {

struct NginxStatus {
    std::size_t connections;  // open ones
    std::size_t requests;     // taken and not answered
};

struct NginxOptions {
    std::string location;  // inside location = /webhooks/calendly { ... }
    std::string server;    // inside server { ... }
    std::string http;      // inside http { ... }
    std::string main;      // outside
    unsigned workers = 1;
    std::filesystem::path module;  // default: the build's ngx_http_calendly_module.so
    Environment environment{};
};

// A real nginx with our module, in <folder>/nginx: HTTP/1.1 on port(), HTTP/2 without TLS on http2_port(),
// TLS with a certificate of its own (ca_file()) on tls_port(). When it goes, it is stopped gracefully and its
// logs are searched for what no test may leave behind.
class Nginx {
public:
    Nginx(const Folder& folder, NginxOptions options);  // started, accepting
    ~Nginx();

    static constexpr const char* path = "/webhooks/calendly";

    std::uint16_t port() const { return port_; }
    std::uint16_t http2_port() const { return http2_port_; }
    std::uint16_t tls_port() const { return tls_port_; }
    std::string ca_file() const { return (folder_ / "tls.crt").string(); }

    pid_t master() const { return process_->id(); }
    std::vector<pid_t> workers() const;  // those that are shutting down as well
    // When there are exactly so many, and none of `gone`.
    std::vector<pid_t> wait_for_workers(std::size_t count, const std::vector<pid_t>& gone = {}) const;
    void kill_worker(pid_t worker);       // SIGKILL; that nginx reports it is no alarm
    void expect_alarm(std::string text);  // lines with this text are none either
    void signal(int number) const { process_->signal(number); }
    void reload(const std::string& location);  // SIGHUP with another location body; does not wait
    int quit();                                // SIGQUIT, and its exit code

    std::string error_log() const { return read_file(folder_ / "error.log"); }
    // One line a request: "<status> <$calendly_result> <$calendly_stream_id> <$calendly_key>".
    std::string access_log() const { return read_file(folder_ / "access"); }

    // What nginx says about itself, without this question.
    NginxStatus status() const;

    // What `nginx -t` says to these options.
    static Outcome check(const Folder& folder, const NginxOptions& options);
    static std::filesystem::path built_module();

private:
    struct NotStarted {};
    Nginx(const Folder& folder, NginxOptions options, NotStarted);
    void write_configuration() const;
    std::vector<std::string> command() const;
    Environment environment() const;
    std::string alarms() const;

    std::filesystem::path folder_;
    NginxOptions options_;
    std::uint16_t port_, http2_port_, tls_port_;
    std::vector<std::string> expected_alarms_;
    std::optional<Process> process_;
};

}  // namespace harness
