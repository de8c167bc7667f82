// What the command line knows of its commands, as plain data: what manual pages and completions are made
// from, so that they say what --help says.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace cli {

struct DescribedOption {
    std::vector<std::string> names;    // "--status", "-c"; empty: an argument by its place
    std::string argument;              // its name, for one by its place: "id"
    std::string value;                 // the kind of its value: "DATE"; empty: it takes none
    std::vector<std::string> choices;  // all values that it can have; empty: others
    std::string initial;               // what it is when it is left out; empty: nothing
    std::string description;
    bool is_required = false;
    bool is_repeatable = false;

    bool takes_value() const { return !value.empty() || !choices.empty(); }
};

struct DescribedCommand {
    std::string name;  // its own word: "list"
    std::string path;  // as it is typed: "calendly-brevo webhooks list"
    std::string description;
    std::string footer;
    std::vector<DescribedOption> options;    // with those by place, in the order of --help
    std::vector<DescribedCommand> commands;  // below it
};

// Of the whole program, whichever of its commands `line` is.
DescribedCommand describe_program(const CLI::App& line);

}  // namespace cli
