// ${NAME} and ${file:PATH} in the configuration's values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/secret_file.hpp"

namespace config {

// Nothing when the variable is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

// A file whose text became a value.
struct UsedFile {
    std::string shown_path;  // empty: it may not be shown
    shared::FileAccess access;
};

// Whether anything but ${NAME} and ${file:PATH} stands there.
bool has_literal_part(std::string_view text);

// ${NAME} becomes the variable; ${file:PATH} the file's text without the newline at its end, PATH itself may
// hold $NAME (systemd: ${file:$CREDENTIALS_DIRECTORY/brevo_api_key}); $$ is a dollar sign. What is put in is
// not read again. Throws std::invalid_argument that names the variable or the file, never a value.
// `used_files`: what of a file's path may be shown, and who may do what with the file, is added there.
std::string substitute(std::string_view text, const Environment& environment,
                       std::vector<UsedFile>* used_files = nullptr);

}  // namespace config
