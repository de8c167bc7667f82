// What `setup` takes for an answer, before any account is asked.
#pragma once

#include <stdexcept>
#include <string>

namespace cli {

// Why `parse` does not take the text; "" when it does.
template <typename Parse>
std::string mistake_of(Parse parse, const std::string& text) {
    try {
        parse(text);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

// Likewise; one sentence each.
std::string mistake_in_secret(const std::string& text);
std::string mistake_in_redis_url(const std::string& text);
std::string mistake_in_public_url(const std::string& text);
std::string mistake_in_duration(const std::string& text);

// With nginx's usual path where none is named.
std::string with_webhook_path(std::string url);

// That of this machine by its name; "" when it has none that could be a host's.
std::string own_public_url();

// Absolute, as it may stand in connector.yaml and in nginx's configuration. Throws CommandError; `option`:
// what named it.
std::string usable_path(const std::string& path, const char* option);

// Found out before anybody is asked for anything. Throws CommandError. A folder that is not there will be
// made.
void require_writable_folder(const std::string& config_path);

}  // namespace cli
