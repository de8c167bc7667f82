// ${NAME} and ${file:PATH} in the configuration's values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace config {

// Nothing when the variable is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

// ${NAME} becomes the variable; ${file:PATH} the file's text without the newline at its end, PATH itself may
// hold $NAME (systemd: ${file:$CREDENTIALS_DIRECTORY/brevo_api_key}); $$ is a dollar sign. What is put in is
// not read again. Throws std::invalid_argument that names the variable or the file, never a value.
std::string substitute(std::string_view text, const Environment& environment);

}  // namespace config
