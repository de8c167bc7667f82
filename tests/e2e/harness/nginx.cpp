#include "e2e/harness/nginx.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include <unistd.h>

#include <gmock/gmock.h>

#include "e2e/harness/free_port.hpp"
#include "e2e/harness/http_client.hpp"
#include "e2e/harness/leaks.hpp"
#include "e2e/harness/process_facts.hpp"

namespace harness {
namespace {

// The soname that a module made with AddressSanitizer needs; empty for any other module.
std::string sanitizer_library(const std::filesystem::path& module) {
    const std::string bytes = read_file(module);
    const auto at = bytes.find("libasan.so.");
    return at == bytes.npos ? "" : bytes.c_str() + at;
}

// A sanitized module in a plain nginx needs the sanitizer's library first, and libstdc++ with it: the
// sanitizer looks for __cxa_throw at start. Its reports go to files that alarming_lines() reads;
// those of undefined behaviour to error.log.
Environment sanitizer_environment(const std::filesystem::path& module, const std::filesystem::path& folder) {
    const auto library = sanitizer_library(module);
    if (library.empty()) return {};
    const auto known_leaks = folder / "known_leaks";  // nginx's own, when it exits
    write_file(known_leaks, "leak:ngx_alloc\nleak:ngx_create_pool\n");
    const std::string reports = "log_path=" + (folder / "sanitizer").string();
    return {{"LD_PRELOAD", library + ":libstdc++.so.6"},
            // nginx and OpenSSL have no frame pointers: without the slow unwinding no leak has a cause.
            {"ASAN_OPTIONS",
             reports + ":detect_stack_use_after_return=1:fast_unwind_on_malloc=0:malloc_context_size=10"},
            {"LSAN_OPTIONS", "print_suppressions=0:suppressions=" + known_leaks.string()}};
}

void make_certificate(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder / "tls.crt")) return;
    const auto made =
        run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", folder / "tls.key", "-out", folder / "tls.crt"},
            folder / "openssl.log");
    if (made.exit_code != 0) throw std::runtime_error("openssl: " + made.output);
}

std::string temp_paths(const std::string& folder) {
    std::string lines;
    for (const std::string kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        lines += "    " + kind + "_temp_path " + folder + "/" + kind + ";\n";
    return lines;
}

// After `mark` in stub_status's page.
std::size_t number_after(const std::string& mark, const std::string& page) {
    const auto found = page.find(mark);
    if (found == page.npos) throw std::runtime_error("no status page: " + page);
    return std::stoul(page.substr(found + mark.size()));
}

// From 1.25.1 on it is a directive, and a word of `listen` is warned of.
bool http2_is_a_directive(const std::filesystem::path& folder) {
    static const bool is_one = [&] {
        const auto said = run({NGINX_BINARY, "-v"}, folder / "version").output;
        const auto at = said.find("nginx/");
        int major = 0, minor = 0, patch = 0;
        if (at == said.npos || std::sscanf(said.c_str() + at, "nginx/%d.%d.%d", &major, &minor, &patch) != 3)
            throw std::runtime_error("no version of nginx: " + said);
        return std::tuple(major, minor, patch) >= std::tuple(1, 25, 1);
    }();
    return is_one;
}

}  // namespace

Nginx::Nginx(const Folder& folder, NginxOptions options, NotStarted)
    : folder_(folder / "nginx"),
      options_(std::move(options)),
      port_(free_port()),
      http2_port_(free_port()),
      tls_port_(free_port()) {
    std::filesystem::create_directories(folder_);
    if (options_.module.empty()) options_.module = built_module();
    make_certificate(folder_);
    write_configuration();
}

Nginx::Nginx(const Folder& folder, NginxOptions options) : Nginx(folder, std::move(options), NotStarted()) {
    process_.emplace(command(), folder_ / "output.log", environment());
    const bool single_process = options_.main.find("master_process off") != std::string::npos;
    const std::string started = single_process ? "event method" : "start worker process ";
    wait_until(
        [&] {
            if (!process_->running())
                throw std::runtime_error("nginx ended: " + read_file(folder_ / "output.log"));
            return error_log().find(started) != std::string::npos;
        },
        "nginx should start its workers");
}

Nginx::~Nginx() {
    try {
        if (process_ && process_->running()) {
            EXPECT_EQ(quit(), 0);
        }
    } catch (const std::runtime_error& error) {
        ADD_FAILURE() << error.what();
    }
    EXPECT_EQ(alarms(), "");
    const Secrets secrets(folder_.parent_path());
    EXPECT_THAT(secrets.lines_with_one(error_log()), testing::IsEmpty());
}

std::string Nginx::alarms() const {
    std::istringstream lines(alarming_lines(folder_));
    std::string unexpected;
    for (std::string line; std::getline(lines, line);) {
        const auto is_in_line = [&](const std::string& text) { return line.find(text) != line.npos; };
        if (std::ranges::none_of(expected_alarms_, is_in_line)) unexpected += line + "\n";
    }
    return unexpected;
}

std::vector<pid_t> Nginx::workers() const {
    return children(master());
}

std::vector<pid_t> Nginx::wait_for_workers(std::size_t count, const std::vector<pid_t>& gone) const {
    std::vector<pid_t> now;
    wait_until(
        [&] {
            now = workers();
            return now.size() == count && std::ranges::find_first_of(now, gone) == now.end();
        },
        "there should be " + std::to_string(count) + " workers");
    return now;
}

void Nginx::kill_worker(pid_t worker) {
    expect_alarm("worker process " + std::to_string(worker) + " exited on signal 9");
    ::kill(worker, SIGKILL);
}

void Nginx::expect_alarm(std::string text) {
    expected_alarms_.push_back(std::move(text));
}

void Nginx::write_configuration() const {
    const std::string here = folder_.string();
    std::string text = "load_module " + options_.module.string() + ";\n";
    if (::geteuid() == 0) text += "user root;\n";
    text += "daemon off;\npid " + here + "/nginx.pid;\nerror_log " + here + "/error.log info;\n";
    text += "worker_processes " + std::to_string(options_.workers) + ";\n" + options_.main;
    text += "\nevents {\n    worker_connections 10000;\n}\n\nhttp {\n" + temp_paths(here);
    text += "    log_format calendly '$status $calendly_result $calendly_stream_id $calendly_key';\n";
    text += "    access_log " + here + "/access calendly;\n" + options_.http + "\n    server {\n";
    text += "        listen 127.0.0.1:" + std::to_string(port_) + ";\n";
    const bool is_directive = http2_is_a_directive(folder_);
    text += "        listen 127.0.0.1:" + std::to_string(http2_port_) + (is_directive ? ";\n" : " http2;\n");
    if (is_directive) text += "        http2 on;\n";
    text += "        listen 127.0.0.1:" + std::to_string(tls_port_) + " ssl;\n";
    text += "        ssl_certificate tls.crt;\n        ssl_certificate_key tls.key;\n";
    text +=
        "        location = /status {\n            stub_status;\n            access_log off;\n        }\n";
    text += options_.server;
    text +=
        "\n        location = " + std::string(path) + " {\n" + options_.location + "\n        }\n    }\n}\n";
    write_file(folder_ / "nginx.conf", text);
}

std::vector<std::string> Nginx::command() const {
    return {NGINX_BINARY, "-p", folder_, "-c", folder_ / "nginx.conf", "-e", folder_ / "error.log"};
}

Environment Nginx::environment() const {
    auto result = sanitizer_environment(options_.module, folder_);
    result.insert(options_.environment.begin(), options_.environment.end());
    return result;
}

void Nginx::reload(const std::string& location) {
    options_.location = location;
    write_configuration();
    process_->signal(SIGHUP);
}

int Nginx::quit() {
    return process_->stop(SIGQUIT);
}

NginxStatus Nginx::status() const {
    const auto page =
        send_once(port_, {.method = "GET", .target = "/status", .headers = {}, .body = {}}).body;
    return {number_after("Active connections: ", page) - 1, number_after("Writing: ", page) - 1};
}

Outcome Nginx::check(const Folder& folder, const NginxOptions& options) {
    const Nginx nginx(folder, options, NotStarted());
    auto command = nginx.command();
    command.back() = nginx.folder_ / "check";  // [emerg] is expected there
    command.push_back("-t");
    const auto output = nginx.folder_ / "check_output";
    std::filesystem::remove(output);
    const auto outcome = run(command, output, nginx.environment());
    std::filesystem::remove(nginx.folder_ / "error.log");  // also there, once the configuration has been read
    return outcome;
}

std::filesystem::path Nginx::built_module() {
    const char* const chosen = std::getenv("EDGE_MODULE");
    return chosen ? chosen : std::filesystem::path(BUILD_DIR) / "ngx_http_calendly_module.so";
}

}  // namespace harness
