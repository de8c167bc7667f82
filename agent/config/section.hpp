// One mapping of the YAML file: typed values, defaults, and errors that name file, line and the nearest valid
// key.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "config/substitute.hpp"

namespace config {

// A place in the file.
struct Place {
    std::string key;
    int line = 0;
};

struct Source {
    std::string file;
    Environment environment;
    // Found while the values are read.
    mutable std::vector<Place> literal_secrets = {};
    mutable std::vector<UsedFile> used_files = {};
};

class Section {
public:
    // Throws Error when the node is no mapping. `place` is for messages: "connectors.calendly".
    Section(const Source& source, YAML::Node node, std::string place);

    // Throws Error at the first key that is not one of these, with the nearest one.
    void allow(std::initializer_list<std::string_view> keys) const;

    bool has(std::string_view key) const;
    // Throws Error at a key that stands twice or is no single word.
    std::vector<std::string> keys() const;

    // Throw Error when the value has another type; without the key they give back the default.
    std::string text(std::string_view key, std::string_view otherwise) const;
    bool boolean(std::string_view key, bool otherwise) const;
    std::optional<std::int64_t> positive(std::string_view key) const;
    std::string required_text(std::string_view key) const;
    // The same for what must not be known to others: where it stands in the file itself is remembered.
    std::string secret(std::string_view key) const;  // "" without the key
    std::string required_secret(std::string_view key) const;
    Section section(std::string_view key) const;  // an empty one when the key is absent

    // A file that a value names holds a secret.
    void note_file(std::string_view key, const std::string& path) const;

    // Value of `key` parsed by `parse`, which throws std::invalid_argument.
    template <typename Parse>
    auto parsed(std::string_view key, std::string_view otherwise, Parse parse) const {
        const auto value = text(key, otherwise);
        try {
            return parse(value);
        } catch (const std::invalid_argument& error) {
            fail(key, error.what());
        }
    }

    // Every item of the list `key`, parsed likewise. Throws Error when it is no list, or empty.
    template <typename Parse>
    auto parsed_list(std::string_view key, Parse parse) const {
        std::vector<decltype(parse(std::string_view()))> values;
        for (const auto& item : items(key)) {
            try {
                values.push_back(parse(substituted(key, item)));
            } catch (const std::invalid_argument& error) {
                fail_at(item, key, error.what());
            }
        }
        return values;
    }

    [[noreturn]] void fail(std::string_view key, std::string_view what) const;
    [[noreturn]] void fail_here(std::string_view what) const;

private:
    YAML::Node at(std::string_view key) const;
    std::vector<YAML::Node> items(std::string_view key) const;
    std::string substituted(std::string_view key, const YAML::Node& scalar) const;
    void name_by_place(UsedFile& file, std::string_view key) const;  // when its path may not be shown
    [[noreturn]] void fail_at(const YAML::Node& node, std::string_view key, std::string_view what) const;
    int key_line(std::string_view key) const;  // of a key that is there
    int line_of(std::string_view key) const;
    std::string place_of(std::string_view key) const;

    const Source* source_;
    YAML::Node node_;
    std::string place_;
};

// The candidate with the smallest edit distance; nothing when none is near.
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates);

}  // namespace config
