#include "cli/setup_answers.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "cli/session.hpp"
#include "config/values.hpp"
#include "http/url.hpp"
#include "shared/secret_file.hpp"

namespace cli {
namespace {

constexpr auto webhook_path = "/webhooks/calendly";
constexpr auto special_to_nginx = " \t\n;{}\"'$\\";

}  // namespace

std::string mistake_in_secret(const std::string& text) {
    const bool has_blank = text.find_first_of(" \t\r\n") != text.npos;
    if (has_blank || !mistake_of(shared::plain_text, text).empty())
        return "that is none: it has no blanks and no special characters";
    return {};
}

std::string mistake_in_public_url(const std::string& text) {
    if (text.find("://") == text.npos) return "write it with https:// at its beginning";
    if (text.find_first_of("?#") != text.npos) return "write it without ? and #";
    if (text.find_first_of(special_to_nginx) != text.npos) return "write it without blanks, quotes and ; { } $";
    return mistake_of(http::parse_url, text);
}

std::string mistake_in_redis_url(const std::string& text) {
    if (text.find_first_of(special_to_nginx) != text.npos)
        return "write it without blanks, quotes and ; { } $ \\ (%3B is a ; in a password)";
    return mistake_of(shared::parse_redis_url, text);
}

std::string with_webhook_path(std::string url) {
    const auto parsed = http::parse_url(url);
    if (!parsed.base_path.empty()) return url;
    while (url.ends_with('/')) url.pop_back();
    return url + webhook_path;
}

std::string own_public_url() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || !name[0]) return {};
    const auto url = fmt::format("https://{}{}", name.data(), webhook_path);
    return mistake_in_public_url(url).empty() ? url : std::string();
}

std::string usable_path(const std::string& path, const char* option) {
    auto absolute = std::filesystem::absolute(path).lexically_normal().string();
    if (absolute.find_first_of(special_to_nginx) != absolute.npos)
        throw CommandError(fmt::format("{}: use a path without blanks, quotes and ; {{ }} $", option));
    return absolute;
}

void require_writable_folder(const std::string& config_path) {
    const auto folder = std::filesystem::path(config_path).parent_path().string();
    std::error_code error;
    if (std::filesystem::exists(folder, error) && ::access(folder.c_str(), W_OK | X_OK) != 0)
        throw CommandError(
            fmt::format("nothing may be written into {}: do it as root, or name another --config", folder));
}

std::string mistake_in_duration(const std::string& text) {
    return mistake_of(config::parse_duration, text);
}

}  // namespace cli
