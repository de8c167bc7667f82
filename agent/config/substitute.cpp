#include "config/substitute.hpp"

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "shared/secret_file.hpp"

namespace config {
namespace {

constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

std::string variable(const std::string& name, const Environment& environment) {
    const auto value = environment(name);
    if (!value) throw std::invalid_argument(fmt::format("the environment variable {} is not set", name));
    return *value;
}

// $NAME inside a path.
std::string expand_path(std::string_view text, const Environment& environment) {
    std::string path;
    while (!text.empty()) {
        const auto dollar = text.find('$');
        path += text.substr(0, dollar);
        if (dollar == text.npos) break;
        text.remove_prefix(dollar + 1);
        const auto size = std::min(text.find_first_not_of(name_characters), text.size());
        path += variable(std::string(text.substr(0, size)), environment);
        text.remove_prefix(size);
    }
    return path;
}

std::string read_file(const std::string& path) {
    std::string content;
    try {
        content = shared::read_secret_file(path).text;
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("cannot read the file {}: {}", path, error.what()));
    }
    while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
    if (content.empty()) throw std::invalid_argument(fmt::format("the file {} is empty", path));
    return content;
}

std::string resolve(std::string_view reference, const Environment& environment) {
    constexpr std::string_view file = "file:";
    if (reference.starts_with(file))
        return read_file(expand_path(reference.substr(file.size()), environment));
    if (reference.empty() || reference.find_first_not_of(name_characters) != reference.npos)
        throw std::invalid_argument(
            fmt::format("${{{}}} is neither ${{NAME}} nor ${{file:PATH}}", reference));
    return variable(std::string(reference), environment);
}

}  // namespace

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (!value) return std::nullopt;
        return value;
    };
}

std::string substitute(std::string_view text, const Environment& environment) {
    std::string result;
    while (!text.empty()) {
        const auto dollar = text.find('$');
        result += text.substr(0, dollar);
        if (dollar == text.npos) break;
        text.remove_prefix(dollar + 1);
        if (text.starts_with('{')) {
            const auto end = text.find('}');
            if (end == text.npos) throw std::invalid_argument("${ without }");
            result += resolve(text.substr(1, end - 1), environment);
            text.remove_prefix(end + 1);
        } else {
            result += '$';
            if (text.starts_with('$')) text.remove_prefix(1);
        }
    }
    return result;
}

}  // namespace config
