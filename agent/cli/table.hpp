// What a command shows to people: columns under their names.
#pragma once

#include <string>
#include <vector>

namespace cli {

class Table {
public:
    explicit Table(std::vector<std::string> columns) : rows_{std::move(columns)} {}

    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

    // Lines, each column as wide as its widest cell shows on a terminal. What would change how a line looks
    // (controls, ends of lines, marks of direction) is a space.
    std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;  // the first one has the columns' names
};

}  // namespace cli
