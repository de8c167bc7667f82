#include "config/section.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "config/error.hpp"
#include "config/shown.hpp"

namespace config {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::string unknown_key(std::string_view key, const std::vector<std::string_view>& allowed) {
    const auto first = key.substr(0, key.find_first_of(" =:\t"));
    if (first.size() < key.size() && std::ranges::find(allowed, first) != allowed.end())
        return fmt::format("unknown key; write '{}: value', with a colon and a blank", first);
    if (!is_plain_name(key))
        return fmt::format("unknown key {}; valid are: {}", shown_name(key), fmt::join(allowed, ", "));
    const auto near = nearest(key, allowed);
    if (near) return fmt::format("unknown key '{}'; did you mean '{}'?", key, *near);
    return fmt::format("unknown key '{}'; valid are: {}", key, fmt::join(allowed, ", "));
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates) {
    std::optional<std::string_view> best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 2);
    for (const auto candidate : candidates) {
        const auto distance = edit_distance(word, candidate);
        if (distance > best_distance || (best && distance == best_distance)) continue;
        best = candidate;
        best_distance = distance;
    }
    return best;
}

// What is absent becomes null: yaml-cpp throws at almost any question about an undefined node.
Section::Section(const Source& source, YAML::Node node, std::string place)
    : source_(&source),
      node_(node.IsDefined() ? node : YAML::Node(YAML::NodeType::Null)),
      place_(std::move(place)) {
    if (!node_.IsNull() && !node_.IsMap()) fail_here("expected a mapping (key: value)");
}

void Section::allow(std::initializer_list<std::string_view> allowed) const {
    const std::vector<std::string_view> names(allowed);
    for (const auto& key : keys())
        if (std::find(names.begin(), names.end(), key) == names.end())
            throw Error(source_->file, key_line(key), place_of("") + unknown_key(key, names));
}

std::vector<std::string> Section::keys() const {
    std::vector<std::string> keys;
    if (!node_.IsMap()) return keys;
    for (const auto& item : node_) {
        const int line = item.first.Mark().line + 1;
        if (!item.first.IsScalar())
            throw Error(source_->file, line, place_of("") + "a key must be a single word");
        const auto& key = item.first.Scalar();
        if (std::find(keys.begin(), keys.end(), key) != keys.end())
            throw Error(source_->file, line, place_of(key) + ": this key stands twice");
        keys.push_back(key);
    }
    return keys;
}

YAML::Node Section::at(std::string_view key) const {
    if (!node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
    const YAML::Node& read_only = node_;
    return read_only[std::string(key)];
}

bool Section::has(std::string_view key) const {
    const auto node = at(key);
    return node.IsDefined() && !node.IsNull();
}

std::string Section::text(std::string_view key, std::string_view otherwise) const {
    if (!has(key)) return std::string(otherwise);
    const auto node = at(key);
    if (!node.IsScalar()) fail(key, "expected a single value");
    return substituted(key, node);
}

std::string Section::substituted(std::string_view key, const YAML::Node& scalar) const {
    try {
        const auto known = source_->used_files.size();
        auto text = substitute(scalar.Scalar(), source_->environment, &source_->used_files);
        for (auto i = known; i < source_->used_files.size(); ++i) name_by_place(source_->used_files[i], key);
        return text;
    } catch (const std::invalid_argument& error) {
        fail_at(scalar, key, error.what());
    }
}

std::vector<YAML::Node> Section::items(std::string_view key) const {
    const auto node = at(key);
    if (!node.IsDefined() || !node.IsSequence() || node.size() == 0)
        fail(key, "expected a list, such as [first, second]");
    std::vector<YAML::Node> items;
    for (const auto& item : node) {
        if (!item.IsScalar()) fail_at(item, key, "expected a list of single values");
        items.push_back(item);
    }
    return items;
}

std::string Section::required_text(std::string_view key) const {
    auto value = text(key, "");
    if (value.empty()) fail(key, "missing or empty");
    if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        fail(key, "holds a control character, such as a line break");
    return value;
}

std::string Section::secret(std::string_view key) const {
    auto value = text(key, "");
    if (!value.empty() && has_literal_part(at(key).Scalar()))
        source_->literal_secrets.push_back({place_of(key), line_of(key)});
    return value;
}

std::string Section::required_secret(std::string_view key) const {
    auto value = required_text(key);
    secret(key);
    return value;
}

bool Section::boolean(std::string_view key, bool otherwise) const {
    const auto value = text(key, otherwise ? "true" : "false");
    if (value == "true" || value == "yes" || value == "on") return true;
    if (value == "false" || value == "no" || value == "off") return false;
    fail(key, "expected true or false");
}

std::optional<std::int64_t> Section::positive(std::string_view key) const {
    if (!has(key)) return std::nullopt;
    const auto value = text(key, "");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < 1)
        fail(key, "expected a whole number above 0");
    return number;
}

Section Section::section(std::string_view key) const {
    return Section(*source_, at(key), place_of(key));
}

void Section::note_file(std::string_view key, const std::string& path) const {
    source_->used_files.push_back({is_plain_path(path) ? path : "", shared::access_of(path)});
    name_by_place(source_->used_files.back(), key);
}

void Section::name_by_place(UsedFile& file, std::string_view key) const {
    if (file.shown_path.empty())
        file.shown_path = fmt::format("that {} in line {} names", place_of(key), line_of(key));
}

int Section::key_line(std::string_view key) const {
    const auto is_there = [&](const auto& item) { return item.first.Scalar() == key; };
    return std::find_if(node_.begin(), node_.end(), is_there)->first.Mark().line + 1;
}

int Section::line_of(std::string_view key) const {
    const auto node = at(key);
    const auto mark = node.IsDefined() ? node.Mark() : node_.Mark();
    return mark.line + 1;
}

std::string Section::place_of(std::string_view key) const {
    if (key.empty()) return place_.empty() ? "" : place_ + ": ";
    return place_.empty() ? shown_name(key) : fmt::format("{}.{}", place_, shown_name(key));
}

void Section::fail_at(const YAML::Node& node, std::string_view key, std::string_view what) const {
    throw Error(source_->file, node.Mark().line + 1, fmt::format("{}: {}", place_of(key), what));
}

void Section::fail(std::string_view key, std::string_view what) const {
    throw Error(source_->file, line_of(key), fmt::format("{}: {}", place_of(key), what));
}

void Section::fail_here(std::string_view what) const {
    throw Error(source_->file, node_.Mark().line + 1, fmt::format("{}{}", place_of(""), what));
}

}  // namespace config
