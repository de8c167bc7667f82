#include "unit/structure/include_tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>

namespace structure {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot be read: " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

bool is_source(const fs::path& path) {
    return path.extension() == ".cpp" || path.extension() == ".hpp";
}

// Of `#include "x"` and `#include <x>`; "" of any other line.
std::string included_by(std::string_view line) {
    constexpr std::string_view keyword = "#include ";
    if (!line.starts_with(keyword)) return {};
    line.remove_prefix(keyword.size());
    const auto end = line.find_first_of("\">", 1);
    if (line.empty() || (line.front() != '"' && line.front() != '<') || end == line.npos) return {};
    return std::string(line.substr(1, end - 1));
}

void read_folder(const fs::path& folder, const fs::path& relative_to, Tree& tree) {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && is_source(entry.path()))
            tree[entry.path().lexically_relative(relative_to).generic_string()] =
                includes_of(read_file(entry.path()));
}

std::string_view folder_of(std::string_view file) {
    const auto slash = file.find('/');
    return slash == file.npos ? std::string_view() : file.substr(0, slash);
}

// 0 is the top, where main.cpp stands; past the end is nowhere.
std::size_t floor_of(std::string_view folder, const Floors& floors) {
    if (folder.empty()) return 0;
    const auto floor = std::ranges::find_if(
        floors, [&](const auto& neighbours) { return std::ranges::count(neighbours, folder) > 0; });
    return static_cast<std::size_t>(floor - floors.begin());
}

std::string arrow(const std::string& file, const Include& include) {
    return file + ":" + std::to_string(include.line) + " includes " + include.name;
}

// "" when nothing is.
std::string mistake_of(const std::string& file, const Include& include, const Floors& floors) {
    const auto from = folder_of(file);
    const auto to = folder_of(include.name);
    if (from == to) return {};
    const auto start = floor_of(from, floors);
    const auto end = floor_of(to, floors);
    if (start == floors.size())
        return arrow(file, include) + ": no floor has the folder " + std::string(from);
    if (end == floors.size()) return arrow(file, include) + ": no floor has the folder " + std::string(to);
    if (end < start) return arrow(file, include) + ", which is further up";
    if (end == start && !from.empty()) return arrow(file, include) + ", which is a neighbour";
    return {};
}

// Goes down every way once. `visit` is given a way, its last include last, and says whether to go on from
// there.
class Walk {
public:
    explicit Walk(const Tree& tree) : tree_(tree) {}

    template <typename Visit>
    void from(const std::string& file, Visit visit) {
        way_.push_back(file);
        for (const auto& include : tree_.at(file)) {
            if (!visit(way_, include) || !tree_.contains(include.name)) continue;
            if (seen_.insert(include.name).second) from(include.name, visit);
        }
        way_.pop_back();
    }

    const std::set<std::string>& seen() const { return seen_; }

private:
    const Tree& tree_;
    std::vector<std::string> way_;
    std::set<std::string> seen_;
};

std::string as_text(const std::vector<std::string>& way, const Include& last) {
    std::string text;
    for (const auto& file : way) text += file + " -> ";
    return text + last.name;
}

std::size_t depth_of(const std::string& file, const Tree& tree, std::map<std::string, std::size_t>& known) {
    if (const auto found = known.find(file); found != known.end()) return found->second;
    std::size_t depth = 0;
    for (const auto& include : tree.at(file))
        if (tree.contains(include.name)) depth = std::max(depth, 1 + depth_of(include.name, tree, known));
    return known[file] = depth;
}

template <typename Value>
Measure worst(const Tree& tree, Value value) {
    Measure worst;
    for (const auto& [file, includes] : tree)
        if (const auto measured = value(file); measured > worst.value) worst = {file, measured};
    return worst;
}

}  // namespace

std::vector<Include> includes_of(std::string_view source) {
    std::vector<Include> includes;
    std::istringstream lines{std::string(source)};
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (auto name = included_by(line); !name.empty()) includes.push_back({std::move(name), number});
    }
    return includes;
}

Tree read_tree(const fs::path& root) {
    Tree tree;
    read_folder(root / "agent", root / "agent", tree);
    read_folder(root / "shared", root, tree);
    return tree;
}

std::vector<std::string> arrows_upward(const Tree& tree, const Floors& floors) {
    std::vector<std::string> mistakes;
    for (const auto& [file, includes] : tree)
        for (const auto& include : includes)
            if (tree.contains(include.name))
                if (auto mistake = mistake_of(file, include, floors); !mistake.empty())
                    mistakes.push_back(std::move(mistake));
    return mistakes;
}

std::vector<std::string> circles(const Tree& tree) {
    std::vector<std::string> found;
    for (const auto& [file, includes] : tree)
        Walk(tree).from(file, [&](const auto& way, const Include& include) {
            if (include.name == file) found.push_back(as_text(way, include));
            return include.name != file;
        });
    return found;
}

std::vector<std::string> ways_to(const Tree& tree, std::string_view folder,
                                 const std::vector<std::string_view>& forbidden) {
    std::vector<std::string> ways;
    for (const auto& [file, includes] : tree) {
        if (folder_of(file) != folder) continue;
        Walk(tree).from(file, [&](const auto& way, const Include& include) {
            if (std::ranges::any_of(forbidden, [&](auto name) { return include.name.starts_with(name); }))
                ways.push_back(as_text(way, include));
            return true;
        });
    }
    return ways;
}

Measure deepest(const Tree& tree) {
    std::map<std::string, std::size_t> known;
    return worst(tree, [&](const std::string& file) { return depth_of(file, tree, known); });
}

Measure most_headers(const Tree& tree) {
    return worst(tree, [&](const std::string& file) {
        Walk walk(tree);
        walk.from(file, [](const auto&, const Include&) { return true; });
        return walk.seen().size();
    });
}

}  // namespace structure
