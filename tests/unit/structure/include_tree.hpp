// Which file includes which, and what may not be so.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace structure {

struct Include {
    std::string name;  // as it is written between the quotes or brackets
    std::size_t line = 0;
};

// By path below agent/ ("rules/fold.hpp"), of the shared code with its folder ("shared/resp.hpp").
using Tree = std::map<std::string, std::vector<Include>>;

// The includes of a source's text.
std::vector<Include> includes_of(std::string_view source);

// The sources below `root`/agent and `root`/shared.
Tree read_tree(const std::filesystem::path& root);

// Folders from the top of the house to its bottom. Those in one row are neighbours that may not include each
// other.
using Floors = std::vector<std::vector<std::string_view>>;

// All of these say what is wrong, one line each: "rules/fold.cpp:7 includes sync/links.hpp: ...".
// Includes of a folder further up than the file's own, or of a neighbour, and folders that stand nowhere.
std::vector<std::string> arrows_upward(const Tree& tree, const Floors& floors);

// Files that include themselves by way of others.
std::vector<std::string> circles(const Tree& tree);

// How the files of `folder` reach a header whose name begins with one of `forbidden`, the whole way.
std::vector<std::string> ways_to(const Tree& tree, std::string_view folder,
                                 const std::vector<std::string_view>& forbidden);

struct Measure {
    std::string file;  // the worst
    std::size_t value = 0;
};

// Of a tree without circles.
Measure deepest(const Tree& tree);       // headers of the project, one inside the other
Measure most_headers(const Tree& tree);  // headers of the project that one file needs in all

}  // namespace structure
