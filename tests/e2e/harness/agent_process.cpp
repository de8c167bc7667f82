#include "e2e/harness/agent_process.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace harness {

std::filesystem::path AgentProcess::program() {
    if (const char* other = std::getenv("AGENT_PROGRAM")) return other;
    return std::filesystem::path(BUILD_DIR) / "calendly-brevo";
}

AgentProcess::AgentProcess(const Folder& folder, const std::string& name,
                           const std::filesystem::path& configuration, std::uint16_t admin_port,
                           const Environment& environment)
    : log_(folder / (name + ".log")),
      admin_port_(admin_port),
      process_({program(), "agent", "--config", configuration}, log_, environment) {}

HttpResponse AgentProcess::health() const {
    return send_once(admin_port_, {.method = "GET", .target = "/health", .headers = {}, .body = {}});
}

std::string AgentProcess::metrics() const {
    return send_once(admin_port_, {.method = "GET", .target = "/metrics", .headers = {}, .body = {}}).body;
}

std::vector<std::string> unexpected_errors(const std::string& log, const std::vector<std::string>& expected) {
    std::vector<std::string> found;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        if (line.find(" level=error ") == line.npos && line.find(" level=critical ") == line.npos) continue;
        const bool is_expected =
            std::ranges::any_of(expected, [&](const auto& text) { return line.find(text) != line.npos; });
        if (!is_expected) found.push_back(line);
    }
    return found;
}

}  // namespace harness
