#include "e2e/harness/leaks.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

#include "e2e/harness/system.hpp"

namespace harness {
namespace {

bool is_part_of_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_' || c == '+';
}

bool has_address(std::string_view line) {
    for (auto at = line.find('@'); at != line.npos; at = line.find('@', at + 1)) {
        const bool is_masked = line.substr(0, at).ends_with("...");
        if (is_masked || at == 0 || !is_part_of_name(line[at - 1])) continue;
        const auto domain = line.substr(at + 1);
        const auto length = std::ranges::find_if_not(domain, is_part_of_name) - domain.begin();
        if (domain.substr(0, static_cast<std::size_t>(length)).find("example") != domain.npos) return true;
    }
    return false;
}

}  // namespace

std::vector<std::string> revealing_lines(const std::string& log) {
    const std::vector<std::string_view> secrets = {System::signing_key, SandboxProcess::token,
                                                   SandboxProcess::api_key};
    std::vector<std::string> found;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        const auto has = [&](std::string_view secret) { return line.find(secret) != line.npos; };
        if (std::ranges::any_of(secrets, has) || has_address(line)) found.push_back(line);
    }
    return found;
}

}  // namespace harness
