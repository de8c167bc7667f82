#include "e2e/harness/agent_process.hpp"

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <sstream>

#include <boost/system/system_error.hpp>

namespace harness {

std::filesystem::path AgentProcess::program() {
    if (const char* other = std::getenv("AGENT_PROGRAM")) return std::filesystem::absolute(other);
    return std::filesystem::path(BUILD_DIR) / "calendly-brevo";
}

AdminAddress admin_address(const std::string& section) {
    static const std::regex port(R"(127\.0\.0\.1:(\d+))"), token(R"(token: *([\w-]+))");
    AdminAddress address;
    std::smatch found;
    if (std::regex_search(section, found, port))
        address.port = static_cast<std::uint16_t>(std::stoul(found.str(1)));
    if (std::regex_search(section, found, token)) address.token = found.str(1);
    return address;
}

AgentProcess::AgentProcess(const Folder& folder, const std::string& name,
                           const std::filesystem::path& configuration, AdminAddress admin,
                           const Environment& environment)
    : log_(folder / (name + ".log")),
      admin_(std::move(admin)),
      process_({program(), "agent", "--config", configuration}, log_, environment, folder.path()) {}

bool AgentProcess::answers() const try {
    const HttpClient connected(admin_.port);
    return true;
} catch (const boost::system::system_error&) {
    return false;
}

HttpResponse AgentProcess::health() const {
    return send_once(admin_.port, {.method = "GET", .target = "/health", .headers = {}, .body = {}});
}

std::string AgentProcess::metrics() const {
    return send_once(admin_.port, {.method = "GET", .target = "/metrics", .headers = {}, .body = {}}).body;
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
