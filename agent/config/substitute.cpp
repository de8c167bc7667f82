#include "config/substitute.hpp"

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "config/shown.hpp"

namespace config {
namespace {

constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

std::string variable(const std::string& name, const Environment& environment) {
    const auto value = environment(name);
    if (!value)
        throw std::invalid_argument(fmt::format("the environment variable {} is not set", shown_name(name)));
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

// The path as it is written: a variable in it may hold a secret.
std::string read_file(std::string_view written, const Environment& environment,
                      std::vector<UsedFile>* used_files) {
    const auto shown = shown_path(written);
    const auto path = expand_path(written, environment);
    shared::SecretFile file;
    try {
        file = shared::read_secret_file(path);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("cannot read the file {}: {}", shown, error.what()));
    }
    auto& content = file.text;
    while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
    if (content.empty()) throw std::invalid_argument(fmt::format("the file {} is empty", shown));
    if (used_files) used_files->push_back({is_plain_path(written) ? shown : "", file});
    return std::move(content);
}

std::string resolve(std::string_view reference, const Environment& environment,
                    std::vector<UsedFile>* used_files) {
    constexpr std::string_view file = "file:";
    if (reference.starts_with(file)) return read_file(reference.substr(file.size()), environment, used_files);
    if (reference.empty() || reference.find_first_not_of(name_characters) != reference.npos)
        throw std::invalid_argument(
            "what stands between the braces of ${...} is neither a variable's name nor file:PATH");
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

bool has_literal_part(std::string_view text) {
    while (text.starts_with("${") && text.find('}') != text.npos) text.remove_prefix(text.find('}') + 1);
    return !text.empty();
}

std::string substitute(std::string_view text, const Environment& environment,
                       std::vector<UsedFile>* used_files) {
    std::string result;
    while (!text.empty()) {
        const auto dollar = text.find('$');
        result += text.substr(0, dollar);
        if (dollar == text.npos) break;
        text.remove_prefix(dollar + 1);
        if (text.starts_with('{')) {
            const auto end = text.find('}');
            if (end == text.npos) throw std::invalid_argument("${ without }");
            result += resolve(text.substr(1, end - 1), environment, used_files);
            text.remove_prefix(end + 1);
        } else {
            result += '$';
            if (text.starts_with('$')) text.remove_prefix(1);
        }
    }
    return result;
}

}  // namespace config
